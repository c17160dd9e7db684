"""Changing one part of one's profile, with everything filled in as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import checks, presentation
from tui.commands import BACK, ENTER, HELP_IN_FIELD, TAB
from tui.screens.forms import Stage, StagedForm
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.field import Field
from tui.words import ID_KINDS

if TYPE_CHECKING:
    from datetime import datetime

    from backend_client import Account, ProfileChanges

SAVE = ENTER.relabelled(N_("Save"), N_("Go to the next field, and from the last one save."))
ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
)
"""IANA names of the zones offered; the reader's own is there too where it is another one."""


class EditProfile(StagedForm["Account"]):
    """Dismisses with the account as the server has it afterwards. Leaving with changes asks first."""

    PLACE = N_("Profile")
    KEYS: ClassVar = (SAVE, TAB, BACK, HELP_IN_FIELD)

    def __init__(self, account: Account, part: str) -> None:
        """Change a part of ``account``: ``name``, ``birth``, ``home``, ``phone``, ``id`` or ``zone``."""
        super().__init__()
        self._account = account
        self._part = part
        self._picked: str | None = None
        self._at_first: tuple[str, ...] = ()

    def body(self) -> ComposeResult:
        parts = {
            "name": self._name_stage,
            "birth": self._birth_stage,
            "home": self._home_stage,
            "phone": self._phone_stage,
            "id": self._id_stage,
            "zone": self._zone_stage,
        }
        yield parts[self._part]()

    def on_mount(self) -> None:
        self._at_first = self._typed()
        if (picks := self._picks) is not None:
            picks.mark((self._account.id_kind if self._part == "id" else self.host.reader_zone) or "")
            self.call_after_refresh(picks.focus)

    # -- the parts

    def _name_stage(self) -> Stage:
        account = self._account
        return Stage(
            _("Your name, as it stands on your ID"),
            _("A facility compares it with the ID you bring."),
            Field(_("First name"), name="first_name", value=account.first_name, checks=(checks.name,)),
            Field(_("Last name"), name="last_name", value=account.last_name, checks=(checks.name,)),
        )

    def _birth_stage(self) -> Stage:
        born = self._account.birth_date
        return Stage(
            _("Your birth date"),
            _("A facility compares it with the ID you bring."),
            Field(
                _("Birth date"),
                name="birth_date",
                value=presentation.full_date(born) if born else "",
                hint=_("month, day, year"),
                max_length=10,
                checks=(checks.birth_date,),
            ),
        )

    def _home_stage(self) -> Stage:
        account = self._account
        street, city = checks.needed(_("Type your street and number.")), checks.needed(_("Type your city."))
        return Stage(
            _("Where you live"),
            _("The facility may ask for it; nobody else sees it."),
            Field(
                _("Street address"),
                name="address_line",
                value=account.address_line or "",
                max_length=200,
                checks=(street,),
            ),
            Field(_("City"), name="city", value=account.city or "", checks=(city,)),
            (
                Field(_("State"), name="state", value=account.state or "", max_length=2, checks=(checks.state,)),
                Field(
                    _("ZIP code"),
                    name="postal_code",
                    value=account.postal_code or "",
                    max_length=10,
                    checks=(checks.postal_code,),
                ),
            ),
        )

    def _phone_stage(self) -> Stage:
        number = self._account.phone or ""
        return Stage(
            _("Your phone"),
            _("The facility may call you there."),
            Field(_("Phone"), name="phone", value=number, max_length=24, checks=(checks.phone,)),
        )

    def _id_stage(self) -> Stage:
        return Stage(
            _("The ID you will show"),
            _("Only its kind and its last four letters or digits are kept."),
            ChoiceList([Choice(key, _(name)) for key, name in ID_KINDS.items()], marks_always=True, id="picks"),
            Field(
                _("Last four of its number"),
                name="id_last4",
                value=self._account.id_last4 or "",
                max_length=4,
                checks=(checks.last_four,),
            ),
        )

    def _zone_stage(self) -> Stage:
        now, mine = self.host.clock.now(), self.host.reader_zone
        names = (*ZONES, *((mine,) if mine and mine not in ZONES else ()))
        return Stage(
            _("Which time do you live by?"),
            _("Times are shown as they are at the facility, and for you where that differs."),
            ChoiceList([_zone_choice(name, now) for name in names], marks_always=True, id="picks"),
        )

    # -- what a key does

    @property
    def _picks(self) -> ChoiceList | None:
        return next(iter(self.query("#picks").results(ChoiceList)), None)

    def _typed(self) -> tuple[str, ...]:
        return (*(field.text for field in self.query(Field)), self._picked or "")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self._picked = event.choice.key
        if fields := self.stage.fields:
            fields[0].take_focus()
        else:
            self.finish_stage()

    def stage_done(self) -> None:
        changes = self._changes()
        self.write(
            SAVE.name,
            lambda intent: self.host.client.accounts.update(changes, intent=intent),
            self._changed,
            about=changes,
        )

    def _changes(self) -> ProfileChanges:
        """Return what is on this page; everything else stays as it is."""
        from backend_client import ProfileChanges

        text = {field.wire_name: field.text for field in self.query(Field)}
        picks = self._picks
        picked = self._picked or (picks.marked.key if picks and picks.marked else None)
        return ProfileChanges(
            first_name=text.get("first_name"),
            last_name=text.get("last_name"),
            birth_date=checks.as_date(text.get("birth_date", "")),
            address_line=text.get("address_line"),
            city=text.get("city"),
            state=text["state"].upper() if "state" in text else None,
            postal_code=text.get("postal_code"),
            phone=text.get("phone"),
            id_kind=picked if self._part == "id" else None,
            id_last4=text.get("id_last4"),
            time_zone=picked if self._part == "zone" else None,
        )

    def _changed(self, account: Account) -> None:
        self.dismiss(account)

    def action_back(self) -> None:
        from tui.screens.dialogs import Question

        def answered(yes: bool | None) -> None:
            if yes:
                self.dismiss(None)

        if self._typed() == self._at_first:
            self.dismiss(None)
            return
        self.app.push_screen(
            Question(
                _("Leave without saving?"),
                _("What you typed here is lost then."),
                yes=_("Leave"),
                no=_("Go on typing"),
            ),
            answered,
        )


def _zone_choice(name: str, now: datetime) -> Choice:
    return Choice(
        name,
        presentation.zone_title(now, name),
        detail=presentation.place_of_zone(name),
        note=presentation.clock_time(presentation.local(now, name)),
    )
