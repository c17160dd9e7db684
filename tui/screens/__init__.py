"""Pages. This is the guide for writing one.

A page is a class of its own in a file of its own, with a ``.tcss`` of the same name beside it::

    class Visits(Page[None]):                       # dismisses with None; Page[Facility] answers with a Facility
        PLACE = N_("Visits")                        # header: "Visits · Ana Rivera"; or set self.place = "… · …"
        CSS_PATH = "visits.tcss"                    # begin every selector with the page's name: "Visits > Body { … }"
        AUTO_FOCUS = "ChoiceList"                   # where the cursor starts
        KEYS: ClassVar = (MOVE, OPEN, CANCEL, BACK, HELP, SIGN_OUT)   # footer, key bindings and help are made of it

        def body(self) -> ComposeResult:            # what lies between header and footer (76 x 19 at 80x24)
            yield ChoiceList(id="visits")

        def on_mount(self) -> None:                 # Page has its own on_mount; Textual calls both, yours first
            self.read(lambda: self.host.client.visits.listed(VisitsWhen.UPCOMING), self._show)

        def _show(self, page: PageOf[Visit]) -> None: ...

        def changed(self, kind: str, subject_id: str) -> None:        # something changed on the server: read again
            if kind == "visit": self.read(…)

        def action_cancel(self) -> None:            # the command named "cancel"
            self.write("cancel", lambda intent: self.host.client.visits.cancel(…, intent=intent), self._cancelled)

**Commands** (:mod:`tui.commands`): common ones (``BACK HELP SIGN_OUT ENTER MOVE ARROWS TAB CHOOSE``) are there, also
``ENTER.relabelled(N_("Open"))``; a page's own are constants of its file. ``keys=""`` is for keys that a widget handles
itself: the footer and the help explain them, nothing is bound. A command does ``action_<name>``. Override
``commands()`` where the list depends on the state, ``why_not(command)`` to say why one cannot work now (it is
dim, and says so when pressed), and call ``refresh_keys()`` when either changes. Letters may be commands on
pages without a field only. ``Esc`` is ``action_back``: it dismisses with ``None``.

**Reads**: ``self.read(call, then, group=…, refused=…)`` cancels an older read of the same group and is cancelled
when the page goes. Keys typed before the page's first answer wait for it, but for Esc. **Writes**:
``self.write(command_name, send, then, about=what_is_asked, refused=…)``; see :mod:`tui.writes`. Both show that they
wait after 200 ms, and their errors in the page's problem line; ``refused`` is called instead if given. Use
``sentence_for(error)`` and ``self.show_problem(sentence)``, or a field's ``wrong``. ``except`` and ``try`` have no
place in a page. Errors are those of :mod:`backend_client`; ``error.code`` is stable. A 401 brings the sign-in page by
itself.

**Other pages**: ``self.app.push_screen(Other(…), callback)``; the callback gets what it dismissed with. Import the
other page inside the method. ``self.host.go_home()``, ``self.host.sign_out()``. :mod:`tui.screens.dialogs` has
``Popup`` (one button, OK) and ``Question`` (yes, no).

**Forms**: :class:`tui.screens.forms.StagedForm` shows a few fields at a time, checks them (:mod:`tui.checks`) and
puts what the server finds wrong beside its field. ``PROBLEM_IN_BODY = True`` says problems below the form.

**Data** (:mod:`tui.inert`): ``inert(text, style)`` gives ``Content``; join with ``+``. Widgets here take plain
``str`` and make it inert themselves. Never pass data to ``Static``/``Label`` as ``str``, never
``Content.from_markup`` with data. Spans use ``"$muted"``, ``"$accent"``, ``"$positive"``, ``"$caution"``,
``"$critical"``, ``"bold"``, see :mod:`tui.themes`. Signs come from ``glyphs()``.

**Words**: ``_("… {name}").format(name=…)``, ``N_()`` where a class keeps it, ``ngettext``. Money, dates, zones:
:mod:`tui.presentation` with ``self.host.reader_zone`` as the reader's zone (``None`` is this machine's) and
``self.host.clock.now()``. Set ``self.there = facility_zone`` and the header shows the time there.

**Widgets** (:mod:`tui.widgets`): ``dialog.Paragraphs`` (wrapped text), ``field.Field`` (label, line, problem;
``.value .text .wrong .check() .take_focus()``, posts ``Field.Entered``), ``choice_list.ChoiceList`` of
``Choice(key, text, note, why_not, sign)`` (posts ``Chosen``, ``Marked``, ``Refused``), ``table.Table``,
``tabs.Tabs``, ``step_trail.StepTrail``, ``month_calendar.MonthCalendar``, ``opening_list.OpeningList``,
``fee_lines.FeeLines``, ``countdown.Countdown``, ``scroll_text.ScrollText``, ``problem_line.ProblemLine``. A
table with many columns takes all 80 of them: ``DEFAULT_CLASSES = "-full-width"`` on the page. Wide
terminals: the page has the class ``-wide`` from 100 columns and ``-tall`` from 32 rows on.

**Tests**: ``tests/tui/support.py``: ``FakeServer`` scripted with models, ``async with desk(server, Visits()) as at:``,
``await at.sees("…")``, ``await at.press("enter")``, ``server.asked("POST", path)``. :mod:`tui.screens.sign_in` is
the example page.
"""
