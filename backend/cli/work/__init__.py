"""What each command does. Runs under the lock of the data directory, in whichever process holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from backend.cli.report import Listener, Progress, Refused, Report, Say
from backend.cli.work import (
    access,
    blackouts,
    doctor,
    facilities,
    import_sessions,
    import_visits,
    imports,
    kiosks,
    migrate,
    money_reports,
    promo_codes,
    reconciling,
    restrictions,
    stations,
    timetables,
    users,
)
from backend.context import Context
from backend.errors import Problem
from backend.sentences import sentence_for
from backend.text import UNFIT, first_unfit

P = TypeVar("P")
Work = Callable[[Context, Mapping[str, object], Listener], Report]


def _work(parameters: type[P], does: Callable[[Context, P, Progress], Report]) -> Work:
    """Return ``does`` as a command that takes its parameters as JSON; what does not fit is refused."""
    return _taking(parameters, lambda context, asked, listener: does(context, asked, listener.progress))


def _telling(parameters: type[P], does: Callable[[Context, P, Say], Report]) -> Work:
    """Return ``does``, which says the lines of a long report one by one, as a command."""
    return _taking(parameters, lambda context, asked, listener: does(context, asked, listener.say))


def _taking(parameters: type[P], does: Callable[[Context, P, Listener], Report]) -> Work:
    adapter = TypeAdapter(parameters)

    def run(context: Context, said: Mapping[str, object], listener: Listener) -> Report:
        # the content of a file is checked row by row by what loads it
        if first_unfit({name: value for name, value in said.items() if name != "content"}) is not None:
            raise Refused(UNFIT)
        try:
            asked = adapter.validate_python(said)
        except ValidationError as error:
            first = error.errors()[0]
            raise Refused(f"{'.'.join(map(str, first['loc']))}: {sentence_for(first)}") from error
        try:
            return does(context, asked, listener)
        except Problem as problem:
            raise Refused(problem.title, _detail(problem)) from problem

    return run


def _detail(problem: Problem) -> str:
    if problem.code == "not_found":
        return "List what there is, then try again."
    return " ".join((problem.detail, *(reason.sentence for reason in problem.reasons)))


COMMANDS: Final[Mapping[str, Work]] = {
    "access-decide": _work(access.DecideAccess, access.decide),
    "access-list": _work(access.ListAccess, access.list_),
    "access-restore": _work(access.ChangeAccess, access.restore),
    "access-revoke": _work(access.ChangeAccess, access.revoke),
    "access-suspend": _work(access.ChangeAccess, access.suspend),
    "blackout-add": _work(blackouts.AddBlackout, blackouts.add),
    "blackout-list": _work(blackouts.ListBlackouts, blackouts.list_),
    "blackout-preview": _work(blackouts.PreviewBlackout, blackouts.preview),
    "blackout-remove": _work(blackouts.RemoveBlackout, blackouts.remove),
    "doctor": _work(doctor.Doctor, doctor.doctor),
    "facility-add": _work(facilities.AddFacility, facilities.add),
    "facility-list": _work(facilities.ListFacilities, facilities.list_),
    "facility-price": _work(facilities.SetPrice, facilities.price),
    "facility-set": _work(facilities.SetFacility, facilities.change),
    "facility-show": _work(facilities.ShowFacility, facilities.show),
    "facility-terms": _work(facilities.PublishTerms, facilities.terms),
    "import-facilities": _work(imports.ImportFile, imports.load_facilities),
    "import-individuals": _work(imports.ImportIndividuals, imports.load_individuals),
    "import-sessions": _work(import_sessions.ImportSessions, import_sessions.load),
    "import-timetables": _work(timetables.ImportTimetables, timetables.load),
    "import-visits": _work(import_visits.ImportVisits, import_visits.load),
    "kiosk-enrol": _work(kiosks.OneKiosk, kiosks.enrol),
    "kiosk-list": _work(kiosks.ListKiosks, kiosks.list_),
    "kiosk-reader": _work(kiosks.SetReader, kiosks.set_reader),
    "kiosk-revoke": _work(kiosks.RevokeKiosk, kiosks.revoke),
    "kiosk-test-card": _work(kiosks.OneKiosk, kiosks.present_test_card),
    "migrate": _work(migrate.Migrate, migrate.migrate),
    "money-reconcile": _work(reconciling.Reconcile, reconciling.reconcile),
    "promo-add": _work(promo_codes.AddPromoCode, promo_codes.add),
    "promo-end": _work(promo_codes.EndPromoCode, promo_codes.end),
    "promo-list": _work(promo_codes.ListPromoCodes, promo_codes.list_),
    "report-liabilities": _telling(money_reports.Liabilities, money_reports.liabilities),
    "report-settlement": _telling(money_reports.Settlement, money_reports.settlement),
    "restriction-add": _work(restrictions.AddRestriction, restrictions.add),
    "restriction-end": _work(restrictions.EndRestriction, restrictions.end),
    "restriction-list": _work(restrictions.ListRestrictions, restrictions.list_),
    "station-add": _work(stations.AddStation, stations.add),
    "station-list": _work(stations.ListStations, stations.list_),
    "station-retire": _work(stations.OneStation, stations.retire),
    "user-create": _work(users.CreateUser, users.create),
    "user-disable": _work(users.OneUser, users.disable),
    "user-list": _work(users.ListUsers, users.list_),
    "user-reset-password": _work(users.OneUser, users.reset_password),
}


def carry_out(context: Context, name: str, parameters: Mapping[str, object], listener: Listener) -> Report:
    """Carry out the command ``name``. Raises :class:`backend.cli.report.Refused`."""
    work = COMMANDS.get(name)
    if work is None:
        raise Refused(f"There is no command {name!r} here.", "Is the server of the same version?")
    return work(context, parameters, listener)
