"""Which rate limits apply to whom, and how much each call counts."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from db.core.engine import Database, create_database
from db.core.errors import DatabaseUnavailableError
from embeddings.core.errors import UnsupportedImageError
from service.domain.addresses import NO_ADDRESS, counted_address
from service.domain.errors import CaptureRefusedError, CredentialsError, ImageRejectedError, TooManyRequestsError
from service.domain.rates import Kind, Limit, Scope, parse_policy
from service.limiting.attempt import PIXELS_OF_A_GUESS, SUCCESS, UNUSABLE, Attempt
from service.limiting.devices import LIFETIME, Devices, folded
from service.limiting.limits import PACKS, Client, Limits
from service.limiting.memory import REMEMBERED_SECONDS, Memory
from service.limiting.refunds import Refunds
from tests.clocks import Clock
from tests.query_log import query_log

POLICIES = {
    Kind.LOGIN: parse_policy("address=5/hour, account=3/hour, device=4/hour, devices=6/hour, all=100/hour"),
    Kind.VERIFY: parse_policy("address=5/hour, account=3/hour, device=4/hour, devices=6/hour"),
    Kind.RECOGNIZE: parse_policy("address=5/hour, device=4/hour"),
    Kind.INSPECT: parse_policy("address=1000/hour"),
    Kind.REFRESH: parse_policy("address=5/hour"),
    Kind.CHALLENGE: parse_policy("address=5/hour, device=4/hour, devices=6/hour"),
}
HERE, THERE = Client("192.0.2.1"), Client("192.0.2.2")


@pytest.fixture
def clock() -> Clock:
    return Clock(1000.0)


@pytest.fixture
def devices() -> Devices:
    return Devices(b"s" * 32)


@pytest.fixture
def limits(database: Database, devices: Devices, clock: Clock) -> Limits:
    return Limits(database, POLICIES, devices, Refunds(database), clock)


def guess(limits: Limits, client: Client = HERE, account: str | None = None, kind: Kind = Kind.LOGIN) -> None:
    with pytest.raises(CredentialsError), limits.attempt(kind, client, account):
        raise CredentialsError


def guesses(limits: Limits, client: Client = HERE, account: str | None = None, kind: Kind = Kind.LOGIN) -> int:
    """Returns how many guesses are accepted before one is refused."""
    for number in range(50):
        try:
            with limits.attempt(kind, client, account):
                pass
        except TooManyRequestsError:
            return number
    raise AssertionError("nothing was refused")


def known(devices: Devices, username: str = "ada", client: Client = HERE, *, by_password: bool = True) -> Client:
    """Returns the same client after this account has logged in from it."""
    return Client(client.address, devices.find(devices.remember(username, by_password=by_password)))


def test_guesses_from_one_address_are_limited_for_all_accounts_together(limits: Limits) -> None:
    for number in range(5):
        guess(limits, account=f"person-{number}")
    with pytest.raises(TooManyRequestsError) as refused:
        limits.attempt(Kind.LOGIN, HERE, "somebody").__enter__()
    assert 0 < refused.value.seconds <= 720
    guess(limits, THERE, "somebody")


def test_guesses_at_one_account_are_limited_wherever_they_come_from(limits: Limits) -> None:
    for number in range(3):
        guess(limits, Client(f"192.0.2.{number}"), "ada")
    assert guesses(limits, Client("198.51.100.1"), "ADA") == 0
    guess(limits, Client("198.51.100.1"), "bob")


def test_guesses_at_an_account_do_not_lock_its_owner_out(limits: Limits, devices: Devices) -> None:
    owner = known(devices)
    assert guesses(limits, THERE, "ada") == 3
    assert guesses(limits, owner, "ada") == 4


def test_a_device_is_known_for_the_account_that_logged_in_from_it_alone(limits: Limits, devices: Devices) -> None:
    assert guesses(limits, known(devices, "eve"), "ada") == 3


def test_a_guess_that_an_accounts_limit_refuses_costs_the_address_nothing(
    limits: Limits, database: Database, clock: Clock
) -> None:
    assert guesses(limits, THERE, "ada") == 3
    clock.now += REMEMBERED_SECONDS
    assert guesses(limits, HERE, "ada") == 0
    assert guesses(limits, HERE) == 5


@pytest.mark.parametrize("look_alike", ["ad\xe1", "\uff41da"])
def test_a_look_alike_of_a_name_has_no_known_device_of_its_account(
    limits: Limits, devices: Devices, look_alike: str
) -> None:
    assert guesses(limits, known(devices, look_alike), "ada") == 3
    assert guesses(limits, known(devices, look_alike, THERE), look_alike) == 4


def test_a_device_is_known_however_its_name_is_capitalised(limits: Limits, devices: Devices) -> None:
    assert guesses(limits, known(devices, "Ada"), "aDA") == 4


@pytest.mark.parametrize("kind", [Kind.LOGIN, Kind.VERIFY])
def test_another_device_has_its_own_part_of_what_all_devices_of_an_account_have(
    limits: Limits, devices: Devices, kind: Kind
) -> None:
    assert [guesses(limits, known(devices), "ada", kind) for _ in range(3)] == [4, 2, 0]
    assert guesses(limits, known(devices, "bob"), "bob", kind) == 4


def test_a_device_known_by_a_face_has_its_own_tries_at_faces_alone(limits: Limits, devices: Devices) -> None:
    device = known(devices, by_password=False)
    assert guesses(limits, THERE, "ada", Kind.VERIFY) == guesses(limits, THERE, "ada") == 3
    assert guesses(limits, device, "ada", Kind.VERIFY) == 4
    assert guesses(limits, device, "ada") == 0


def test_a_search_of_the_gallery_is_not_charged_to_a_device(limits: Limits, devices: Devices) -> None:
    assert guesses(limits, known(devices), kind=Kind.RECOGNIZE) == 5
    assert guesses(limits, known(devices, "bob"), kind=Kind.RECOGNIZE) == 0


def test_many_people_behind_one_address_can_log_in_and_few_can_guess(
    database: Database, devices: Devices, clock: Clock
) -> None:
    policies = {Kind.LOGIN: parse_policy("address=20/hour, account=10/hour")}
    office = Limits(database, policies, devices, Refunds(database), clock)
    for number in range(100):
        with office.attempt(Kind.LOGIN, HERE, f"person-{number}") as attempt:
            attempt.succeeded()
    assert guesses(office) == 20 - 100 * SUCCESS


@pytest.mark.parametrize(
    ("error", "cost"),
    [
        (CaptureRefusedError([]), UNUSABLE),
        (CaptureRefusedError([], PIXELS_OF_A_GUESS // 2), 0.5),
        (CaptureRefusedError([], 48 * PIXELS_OF_A_GUESS), 1.0),
        (ImageRejectedError(7, UnsupportedImageError(), PIXELS_OF_A_GUESS), 1.0),
        (DatabaseUnavailableError(), 0.0),
        (CredentialsError(), 1.0),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_cost_of_an_attempt_depends_on_its_error(
    limits: Limits, database: Database, error: Exception, cost: float
) -> None:
    with pytest.raises(type(error)), limits.attempt(Kind.REFRESH, HERE):
        raise error
    with database.unit_of_work() as work:
        statement = text("SELECT EXTRACT(epoch FROM used_until - now())::float FROM rate_limits")
        assert work.session.scalar(statement) == pytest.approx(cost * 720, abs=20)


def test_an_attempt_takes_one_statement_and_its_refund_one_a_counter(limits: Limits, database: Database) -> None:
    with query_log(database) as log:
        guess(limits, account="ada")
    assert len(log) == 1
    with query_log(database) as log, limits.attempt(Kind.LOGIN, HERE, "ada") as attempt:
        attempt.succeeded()
    assert len(log) == 1 + 3  # address, account and all clients


def test_a_client_that_keeps_asking_is_refused_without_the_database(
    limits: Limits, database: Database, clock: Clock
) -> None:
    guesses(limits)
    with query_log(database) as log:
        assert guesses(limits) == 0
        assert log == []
        clock.now += REMEMBERED_SECONDS
        assert guesses(limits) == 0
    assert len(log) == 1


def test_calls_that_are_many_are_charged_in_packs(limits: Limits, database: Database) -> None:
    with query_log(database) as log:
        for _ in range(2 * PACKS[Kind.INSPECT]):
            limits.count_call(Kind.INSPECT, HERE)
    assert len(log) == 2


def test_charging_in_packs_does_not_change_a_limit(limits: Limits) -> None:
    for kind, number in [(Kind.INSPECT, 1000), (Kind.REFRESH, 5)]:
        for _ in range(number):
            limits.count_call(kind, HERE)
        with pytest.raises(TooManyRequestsError):
            limits.count_call(kind, HERE)


def test_a_known_device_has_its_own_limit_of_calls(limits: Limits, devices: Devices) -> None:
    def asked(client: Client) -> int:
        for number in range(10):
            try:
                limits.count_call(Kind.CHALLENGE, client)
            except TooManyRequestsError:
                return number
        raise AssertionError("nothing was refused")

    clients = [HERE, known(devices, by_password=False), known(devices), known(devices), known(devices, "bob")]
    assert [asked(client) for client in clients] == [5, 4, 2, 0, 4]


def test_two_processes_share_a_limit(database: Database, devices: Devices, clock: Clock) -> None:
    one, other = (Limits(database, POLICIES, devices, Refunds(database), clock) for _ in range(2))
    assert guesses(one, account="ada") == 3
    assert guesses(other, account="ada") == 0


def test_without_the_database_guidance_is_allowed_and_logins_are_not(devices: Devices, clock: Clock) -> None:
    nowhere = create_database("postgresql://visage@127.0.0.1:1/visage")
    limits = Limits(nowhere, POLICIES, devices, Refunds(nowhere), clock)
    assert limits.count_call(Kind.INSPECT, HERE) is None
    with pytest.raises(DatabaseUnavailableError):
        limits.attempt(Kind.LOGIN, HERE, "ada").__enter__()


def test_calls_without_a_limit_do_not_use_the_database(database: Database, devices: Devices) -> None:
    unlimited = Limits(database, {}, devices, Refunds(database))
    with query_log(database) as log, unlimited.attempt(Kind.LOGIN, HERE, "ada"):
        unlimited.count_call(Kind.INSPECT, HERE)
    assert log == []


def test_counters_name_nobody(limits: Limits, database: Database) -> None:
    guess(limits, account="ada")
    with database.unit_of_work() as work:
        rows = repr(work.session.execute(text("SELECT scope, convert_from(subject, 'LATIN1') FROM rate_limits")).all())
    assert "ada" not in rows
    assert "192.0" not in rows


def test_unused_counters_are_deleted(limits: Limits, database: Database) -> None:
    guess(limits, account="ada")
    with database.unit_of_work() as work:
        limits.forget_unused(work)
        assert work.session.scalar(text("SELECT count(*) FROM rate_limits")) == 3
        work.session.execute(text("UPDATE rate_limits SET used_until = now() - interval '1 second'"))
        limits.forget_unused(work)
        assert work.session.scalar(text("SELECT count(*) FROM rate_limits")) == 0


@pytest.mark.parametrize("spelling", ["ada", "ADA", " ada ", "Ada", "\uff41da", "\xe0da"])
def test_spellings_of_one_name_count_as_one(spelling: str) -> None:
    assert folded(spelling) == "ada"


@pytest.mark.parametrize(("one", "other"), [("Νίκος", "ΝΙΚΟΣ"), ("straße", "STRASSE"), ("ışık", "İSİK")])
def test_guesses_at_every_spelling_of_a_name_count_together(limits: Limits, one: str, other: str) -> None:
    assert guesses(limits, THERE, one) == 3
    assert guesses(limits, HERE, other) == 0


@pytest.mark.parametrize(
    "change", [lambda cookie: ("A" if cookie[0] != "A" else "B") + cookie[1:], lambda _: "nonsense", lambda _: "é"]
)
def test_a_forged_device_cookie_is_ignored(devices: Devices, change: Callable[[str], str]) -> None:
    cookie = devices.remember("ada", by_password=True)
    assert devices.find(cookie) is not None
    assert devices.find(change(cookie)) is None
    assert devices.find(Devices(b"t" * 32).remember("ada", by_password=True)) is None


def test_a_device_stays_what_it_was_and_is_forgotten_after_a_year() -> None:
    clock = Clock(1000.0)
    devices = Devices(b"s" * 32, clock)
    device = devices.find(devices.remember("ada", by_password=True))
    assert devices.find(devices.remember("ada", device, by_password=False)) == device
    other = devices.find(devices.remember("bob", device, by_password=False))
    assert device is not None
    assert other is not None
    assert (other.number != device.number, other.by_password) == (True, False)
    cookie = devices.remember("ada", by_password=True)
    clock.now += LIFETIME.total_seconds()
    assert devices.find(cookie) is None


def test_a_password_login_makes_more_of_a_device_that_was_known_by_a_face(devices: Devices) -> None:
    device = devices.find(devices.remember("ada", by_password=False))
    assert device is not None
    assert devices.find(devices.remember("ada", device, by_password=True)) == replace(device, by_password=True)


def test_a_memory_is_bounded_and_forgets() -> None:
    clock = Clock(1000.0)
    memory: Memory[int] = Memory(clock, most=2)
    for number in range(3):
        memory.keep(number, number + 10, seconds=1)
    assert [memory.find(number) for number in range(3)] == [None, 11, 12]
    clock.now += 1
    assert memory.find(2) is None


def test_a_policy_is_what_is_written() -> None:
    policy = parse_policy("address = 100/hour,account=1/day")
    assert policy == {Scope.ADDRESS: Limit(100, 3600), Scope.ACCOUNT: Limit(1, 86_400)}
    assert parse_policy("") == {}


@pytest.mark.parametrize("text", ["100/hour", "address=100", "address=0/hour", "address=1/week", "person=1/day"])
def test_a_policy_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="limit"):
        parse_policy(text)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", str(NO_ADDRESS)),
    ],
)
def test_ipv6_addresses_are_counted_by_network(address: str, counted: str) -> None:
    assert counted_address(address) == counted


def test_an_attempt_shows_only_the_state_of_the_clients_own_limit(limits: Limits, devices: Devices) -> None:
    with limits.attempt(Kind.LOGIN, HERE, "ada") as attempt:
        assert isinstance(attempt, Attempt)
    assert attempt.state is not None
    assert (attempt.state.limit, attempt.state.remaining) == (Limit(5, 3600), 4)
    with limits.attempt(Kind.LOGIN, known(devices), "ada") as attempt:
        pass
    assert attempt.state is not None
    assert attempt.state.limit == Limit(4, 3600)
