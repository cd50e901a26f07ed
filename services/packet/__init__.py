"""The packet: one content, gathered from an assessment and the log, shown in the app, as HTML and as PDF."""
