"""The signs inside BPMN shapes (annex of notation, 7.3 and 10): small SVG paths around a point."""

from __future__ import annotations

LINE = 'fill="none" stroke="#22242a" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round"'
HOLLOW = 'fill="#ffffff" stroke="#22242a" stroke-width="1.3" stroke-linejoin="round"'
SOLID = 'fill="#22242a" stroke="#22242a" stroke-width="1.3" stroke-linejoin="round"'


def _path(x: float, y: float, d: str, how: str) -> str:
    return f'<path transform="translate({x:g} {y:g})" d="{d}" {how}/>'


_ENVELOPE = "M-9 -6H9V6H-9Z"
_EVENT_PATHS = {
    "signal": "M0 -8L8 6H-8Z",
    "error": "M-7 7L-3 -6L2 2L7 -7L3 6L-2 -1Z",
    "escalation": "M0 -8L6 8L0 2L-6 8Z",
    "compensate": "M0 -6V6L-8 0ZM8 -6V6L0 0Z",
    "cancel": "M-7 -5L-5 -7L0 -2L5 -7L7 -5L2 0L7 5L5 7L0 2L-5 7L-7 5L-2 0Z",
    "link": "M-8 -3H2V-7L9 0L2 7V3H-8Z",
    "multiple": "M0 -9L8.5 -2.8L5.3 7.3H-5.3L-8.5 -2.8Z",
    "parallelMultiple": "M-3 -9H3V-3H9V3H3V9H-3V3H-9V-3H-3Z",
}


def event(kind: str, x: float, y: float, throwing: bool) -> str:
    """The sign of an event definition, filled where the event throws."""
    how = SOLID if throwing else HOLLOW
    if kind == "message":
        line = "#ffffff" if throwing else "#22242a"
        return _path(x, y, _ENVELOPE, how) + _path(x, y, "M-9 -6L0 1L9 -6", f'fill="none" stroke="{line}"')
    if kind == "timer":
        ticks = "M0 -9V-7M0 9V7M-9 0H-7M9 0H7M0 0L3 -6M0 0L5 1"
        return f'<circle cx="{x:g}" cy="{y:g}" r="10" {HOLLOW}/>' + _path(x, y, ticks, LINE)
    if kind == "conditional":
        return _path(x, y, "M-7 -9H7V9H-7Z", HOLLOW) + _path(x, y, "M-4 -5H4M-4 -1.5H4M-4 2H4M-4 5.5H4", LINE)
    if kind == "terminate":
        return f'<circle cx="{x:g}" cy="{y:g}" r="10" {SOLID}/>'
    return _path(x, y, _EVENT_PATHS[kind], how) if kind in _EVENT_PATHS else ""


def task(kind: str, x: float, y: float) -> str:
    """The sign of a kind of task, in the upper left corner."""
    if kind == "userTask":
        body = "M-8 8C-8 2 -5 0 0 0C5 0 8 2 8 8Z"
        return _path(x, y, body, HOLLOW) + f'<circle cx="{x:g}" cy="{y - 4:g}" r="4" {HOLLOW}/>'
    if kind == "manualTask":
        hand = "M-8 0L-2 -6H2L0 -3H7V-1H8V2H7V4H5V6H-5L-8 4Z"
        return _path(x, y, hand, HOLLOW)
    if kind == "serviceTask":
        teeth = (
            f'<circle cx="{x:g}" cy="{y:g}" r="7" fill="none" stroke="#22242a" stroke-width="3" '
            'stroke-dasharray="2.8 2.7"/>'
        )
        ring = f'<circle cx="{x:g}" cy="{y:g}" r="5.5" {HOLLOW}/><circle cx="{x:g}" cy="{y:g}" r="2" {HOLLOW}/>'
        return teeth + ring
    if kind == "scriptTask":
        page = "M-5 -8H8C4 -4 4 -2 6 0C8 3 8 5 5 8H-8C-5 5 -5 3 -7 0C-9 -3 -8 -6 -5 -8Z"
        return _path(x, y, page, HOLLOW) + _path(x, y, "M-5 -4H2M-4 0H3M-3 4H4", LINE)
    if kind == "businessRuleTask":
        return _path(x, y, "M-8 -6H8V6H-8Z", HOLLOW) + _path(x, y, "M-8 -2H8M-8 2H8M-3 -2V6", LINE)
    if kind in ("sendTask", "receiveTask"):
        return event("message", x, y, kind == "sendTask")
    return ""


def gateway(kind: str, x: float, y: float, marked: bool = True) -> str:
    how = 'fill="none" stroke="#22242a" stroke-width="3"'
    if kind == "exclusiveGateway":
        return _path(x, y, "M-7 -8L7 8M7 -8L-7 8", how) if marked else ""
    if kind == "parallelGateway":
        return _path(x, y, "M0 -11V11M-11 0H11", how)
    if kind == "inclusiveGateway":
        return f'<circle cx="{x:g}" cy="{y:g}" r="10" fill="none" stroke="#22242a" stroke-width="2.5"/>'
    if kind == "complexGateway":
        return _path(x, y, "M0 -11V11M-11 0H11M-8 -8L8 8M8 -8L-8 8", how)
    if kind == "eventBasedGateway":
        rings = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="{r}" {LINE}/>' for r in (13, 10.5))
        return rings + _path(x, y, "M0 -7L6.6 -2.2L4.1 5.7H-4.1L-6.6 -2.2Z", LINE)
    return ""


_MARKERS = {
    "loop": "M-3 5A6 6 0 1 1 3 5M3 1V5H-1",
    "parallel": "M-4 -6V6M0 -6V6M4 -6V6",
    "sequential": "M-6 -4H6M-6 0H6M-6 4H6",
    "compensate": "M0 -5V5L-7 0ZM7 -5V5L0 0Z",
    "adHoc": "M-7 2C-4 -4 -1 -2 1 0C3 2 5 2 7 -2",
    "collapsed": "M-6 -6H6V6H-6ZM0 -4V4M-4 0H4",
}


def marker(kind: str, x: float, y: float) -> str:
    """A marker at the lower edge of an activity."""
    return _path(x, y, _MARKERS[kind], LINE)
