"""What organisations ask and tell; rooms above answer and follow, inside the transaction that makes the news true.

Asked with a series' id as the sender:
- `names_typed`: which names did its people type that mean no organisation yet? Lists of `rules.Typed`.
- `people_linked`: how many people does each organisation have? Numbers by organisation id.

Told:
- `spellings_linked` (organisation_id, keys), with a series' id as the sender: what is written with one of these keys
  means that organisation from now on, or none (None).
- `organisation_merged` (into), with the id of one that goes as the sender: it is the organisation `into` from now on.
"""

from __future__ import annotations

from blinker import Namespace

_news = Namespace()
names_typed = _news.signal("organisations-names-typed")
people_linked = _news.signal("organisations-people-linked")
spellings_linked = _news.signal("organisations-spellings-linked")
organisation_merged = _news.signal("organisation-merged")
