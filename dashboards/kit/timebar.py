"""What the time bar says in the page's language; assets/timebar.js draws it, assets/time.js moves the page in time."""

import orjson
from dash import html
from dash.development.base_component import Component

from dashboards.kit.language import Language
from dashboards.kit.marks import data

TIME_WORDS = {
    "bar": "Time",
    "play": "Play",
    "pause": "Pause",
    "speed": "Speed of playback",
    "-1d": "One day back",
    "-1h": "One hour back",
    "+1h": "One hour on",
    "+1d": "One day on",
    "moment": "Moment, in the city's time",
    "calendar": "Choose a day",
    "month-back": "Month before",
    "month-on": "Month after",
    "marked": "incidents of severity 1 or 2: {n}",
    "letters": "dd mm yyyy hh mm",
    "slider": "Moment of the stored past",
    "span": "Stretch of the past to choose from",
    "all": "All that is stored",
    "30": "30 days",
    "7": "7 days",
    "1": "24 hours",
    "known": "Which knowledge is shown",
    "known-now": "As known today",
    "known-then": "As known then",
    "now": "Back to now",
    "marks": "Days with incidents of severity 1 or 2",
    "live": "Now",
    "past": "Past",
    "reading": "Reading {time} …",
    "unreadable": "{time} can't be read now; the last picture stays",
    "future": "{time} has not come yet",
    "address": "{time} can't be shown",
    "none": "Nothing is stored yet",
}


def words(say: Language) -> Component:
    """The words, for the browser."""
    told = orjson.dumps({key: say(text) for key, text in TIME_WORDS.items()}).decode()
    return html.Div(id="time-words", hidden=True, **data(words=told))
