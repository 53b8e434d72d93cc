"""Formats the figures of a soak test as Markdown."""

from typing import Any

from benchmarks.common.results import table

NOTE = """\
A mix of logins by face with and without a username, guidance, logins by password, sign-ups with three pictures and
erasures. With as many clients as the service can serve at a time, it answered {capacity:.0f} calls a second of this
mix. It was then sent {offered:.0f} a second for {seconds:.0f} s, at an even rate: {requests:,} calls. It answered
{accepted:.0f} a second and refused the rest. Clients, service and database share the machine. Milliseconds are from
when a call was due; status 0 is a broken connection.
"""


def as_markdown(figures: dict[str, Any]) -> str:
    """Formats calls by answer, memory, and the state at the end."""
    return "\n".join([NOTE.format(**figures), _answers(figures), _memory(figures["memory"]), _end(figures["end"])])


def _answers(figures: dict[str, Any]) -> str:
    times = {(one["call"], one["status"]): one for one in figures["times"]}
    rows = []
    for answer in figures["answers"]:
        timing = times[answer["call"], answer["status"]]
        told = f"{answer['status']} {answer['code']}".strip()
        spent = [f"{timing[name]:,.0f}" for name in ("median_ms", "p95_ms", "p99_ms", "most_ms")]
        rows.append((answer["call"], told, f"{answer['count']:,}", *spent))
    return table(("call", "answer", "count", "median", "p95", "p99", "longest"), rows)


def _memory(memory: dict[str, Any]) -> str:
    rows = []
    for name, sizes in memory["after_warm_up"].items():
        begun = memory["from_the_start"][name]["start_mib"]
        spent = (begun, sizes["start_mib"], sizes["end_mib"], sizes["most_mib"])
        rows.append((name, *(f"{one:,.0f}" for one in spent), f"{sizes['mib_a_minute']:+.2f}"))
    return table(("MiB (PSS)", "at first", "after the warm-up", "at the end", "at most", "a minute"), rows)


def _end(end: dict[str, Any]) -> str:
    rows = [
        ("sign-ups answered, not erased, and in the database", f"{end['signed_up_and_kept']:,}"),
        ("sign-ups answered and lost", len(end["lost"])),
        ("erasures answered", f"{end['erased']:,}"),
        ("of these still there", len(end["erased_and_still_there"])),
        ("in the database without an answer", len(end["never_answered_and_there"])),
        ("left open by a connection that broke", end["uncertain"]),
        ("answers that contradict another", len(end["wrong_answers"])),
        ("`visage check --read-images`", f"status {end['check_status']}: {' '.join(end['check'][-1:])}"),
    ]
    return table(("at the end", ""), rows)
