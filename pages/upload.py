"""Upload: drop exports, see how they are read and what they would change, publish or discard; roll back."""

from pages.components.gate import enter
from pages.components.load_history import history
from pages.components.load_view import load_view, to_mend
from pages.components.upload_drop import drop_files
from pages.components.upload_file import staged_file
from pages.components.upload_headline import headline
from pages.components.upload_run import check_button
from services.roll_back import past_loads
from services.staging import staged
from services.upload import standing_report

visit = enter("Upload")
report = standing_report(visit.site, visit.person)
files = staged(visit.site, visit.person)
loads = past_loads(visit.site, visit.person)

headline(files, report, loads)
if report is not None and report.problems:
    to_mend(visit, report)
if report is None or report.problems:
    drop_files(visit)
for file in files:
    staged_file(visit, file, folded=report is not None)
if report is not None:
    load_view(visit, report)
elif files:
    check_button(visit, files)
history(visit, loads)
