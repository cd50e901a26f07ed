"""Help: how a week goes, and what the words mean."""

import streamlit as st

from pages.components.gate import enter

enter("Help")

st.html('<div class="rcc"><h1>How it works</h1></div>')
week, words = st.columns(2, gap="large")
week.markdown("""
### A week
1. **Upload** the week's CSV exports. A report says what was read, what to mend, and what the load does to every KPI;
   nothing counts before it is published, and an earlier load can be put in force again.
2. **Exceptions** shows what breached a threshold, worst first. Red needs a decision; yellow is watched.
3. **Drill down** from a card to the slice, then to the named records behind the number, and take them along as CSV
   or Excel.
4. **Proposals**: the day before the meeting the KPI owner writes what happened, three possible causes with their
   evidence, at least two options and the expected effect. Who has read it is shown; what comes after the pre-read is
   marked late.
5. **Decide** on the card. The form is filled in by the proposal, else by the contract. The decision follows the
   proposal (its preferred option, as it stands) or overrides it with a reason; its actions are created with it. What
   you type is kept until you send it.
6. **Decisions** keeps every decision with the facts at the time. Nothing in it is changed or deleted; a correction
   stands beside the first wording. *Record a decision* is for a KPI that has not breached.
7. **Actions** follow from decisions: the assignee says done, somebody else verifies. Overdue ones come first.
8. **Closeout**: on the check date the data say met, not met or not evaluable. People can comment or ask for a later
   check; nobody can set the verdict. A red whose decision was not met needs a decision again.

### Before the meeting
**Packet** is the pre-read, five pages or less. It goes out the day before; *By mail* brings it to you as PDF and HTML.
Who has read it stands at its foot. **Reviews** holds what a forum looks at beside its exceptions; its owners say what
the figures mean before it is published. The quarterly one holds targets against capacity, pipeline and budget, and the
assumptions of the plan: on their day the readings say whether they held. **Reports** is the standard report of the
monthly and quarterly forums, and the list of all that was published.

### In the meeting
**Meeting** names the forum that meets next, and the day. A facilitator starts it; whoever has the page open follows,
section by section. First what changed, then what we do. It ends with a memo, which stays under **Memos**.

Without a meeting, switch on **Present** on the exceptions page: larger type, no navigation, only what is to be decided.
The address holds what you see, so it can be shared: `?present=true`, `?as_of=2026-06-30`.
""")
words.markdown("""
### The words
- **Contract**: the file of one KPI: what it means, whose it is, when it breaches, what then happens.
- **Reading**: one KPI for one slice and period: a value, a true zero, or not evaluable with a
  reason; always with its n.
- **n**: how many records stand behind a number.
- **Not evaluable**: no number may be judged, for example below the smallest n. It is never green and
  blocks the all-clear.
- **Open period**: has not ended, or its data may still change. It is drawn hatched and never judged.
- **Card**: a breach as a person reads it. **Escalated** means it has been red too long.
- **Episode**: the life of a breach: open, proposed, decided, recovering, closed. A breach after that is a new episode
  that names the old.
- **Clocks**: from the first recording of a red, root cause in 24 h, corrective plan in 48 h, intervention measured and
  logged in 72 h. *Runbook* on the card is where they are met and the steps ticked off.
- **Report card** of a rule, on the contracts page: how many reds it raised and what came of them.
- **At risk**: what the breach may cost, by the contract's rule.
- **Share of the gap**: how much of the distance to the threshold comes from one slice.
- **Known issue**: a dated data caveat. It explains a card (folded), qualifies it, or leaves rows out. Filed,
  renewed and closed on its page.
- **Control**: what must hold for the data of a load; an open one lowers the **confidence** of the KPIs it touches.
- **Hygiene rule**: what a record must have. The card tells its number without the records that break one. **Data
  health** lists both, with whose they are.
- **Snapshot**: all tables as they were after an import; the same snapshot always gives the same cards.
- **Formula**: which of the disputed formulas counts here. If formulas disagree on the colour, the card says so.
""")
