"""The standard report of a forum: one content, shown in the app, as HTML and as PDF."""
