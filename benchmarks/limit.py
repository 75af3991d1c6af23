"""The limit (a): what a page costs that does nothing but render one small template."""

from __future__ import annotations

from flask import Flask, render_template_string

_TEMPLATE = """<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>{{ title }}</title></head>
  <body>
    <h1>{{ title }}</h1>
    <ul>{% for line in lines %}<li>{{ line }}</li>{% endfor %}</ul>
  </body>
</html>
"""

app = Flask(__name__)


@app.get("/")
def page() -> str:
    return render_template_string(_TEMPLATE, title="Reflection Day", lines=["09:00", "13:00", "17:00"])
