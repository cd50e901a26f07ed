"""The company's own marketing, product and support tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from .accounts import Account
from .chance import Even
from .company import DATA_ON, REGION_SHARES, SEGMENTS, SOURCES, day_of_week, growth
from .stories import DUPLICATED_ROWS
from .world import Row, World, until

_USING = 240
# Of the leads that sales accepts, the share that becomes an opportunity.
_CONVERTS = {"Referral": 0.8, "Partner": 0.7, "Paid Search": 0.3}
_FEATURES = ("Routing", "Policies", "Analytics", "Developer portal")


def leads(world: World) -> Iterator[Row]:
    """Leads with their funnel dates. One week's rows stand twice: the story of the duplicated rows."""
    random, even, later = world.random("leads"), Even(world.random("funnel")), world.random("conversion")
    number = 0
    for monday in world.span.mondays:
        week: list[Row] = []
        for day in sorted(day_of_week(random, monday) for _ in range(even.count(64 * growth(monday)))):
            number += 1
            qualified = even.hit(0.46, "mql")
            accepted = qualified and even.hit(0.5, "sql")
            source = random.choice(SOURCES)
            converted = accepted and later.random() < _CONVERTS.get(source, 0.5)
            row: Row = {
                "lead_id": f"LEA-{number:06d}",
                "source": source,
                "segment": random.choice(list(SEGMENTS)),
                "region": random.choice(list(REGION_SHARES)),
                "score": random.randint(55, 98) if qualified else random.randint(5, 60),
                "created_on": day,
                "contacted_on": until(day + timedelta(days=random.randrange(0, 3))),
                "mql_on": until(day + timedelta(days=random.randrange(1, 9))) if qualified else None,
                "sql_on": until(day + timedelta(days=random.randrange(9, 21))) if accepted else None,
                "converted_on": until(day + timedelta(days=later.randrange(22, 75))) if converted else None,
                "is_referral": random.random() < 0.08,
            }
            if world.span.holds(day):
                week.append(row)
        yield from week
        if monday == DUPLICATED_ROWS.start:
            yield from week


def campaigns(world: World) -> Iterator[Row]:
    """Sixty campaigns, two a month."""
    random = world.random("campaigns")
    for number in range(1, 61):
        started_on = world.span.start + timedelta(days=round(number * (world.span.end - world.span.start).days / 62))
        reached = random.randint(200, 2_400)
        yield {
            "campaign_id": f"CMP-{number:03d}",
            "name": f"{random.choice(('Roundtable', 'Webinar', 'Guide', 'Trade fair', 'Benchmark'))} {number}",
            "channel": random.choice(("Event", "Content", "Paid Search")),
            "started_on": started_on,
            "ends_on": started_on + timedelta(days=random.randrange(5, 40)),
            "reached_accounts": reached,
            "reached_icp_accounts": round(reached * random.uniform(0.3, 0.6)),
        }


def web_traffic(world: World) -> Iterator[Row]:
    """Visits a day by channel, fewer at weekends."""
    random = world.random("web")
    day, number = world.span.start, 0
    while day <= DATA_ON:
        for source, visits in (("Organic", 900), ("Paid Search", 420), ("Referral", 180), ("Content", 260)):
            number += 1
            usual = visits * growth(day) * (0.45 if day.weekday() > 4 else 1)
            yield {
                "visit_id": f"WEB-{number:05d}",
                "visited_on": day,
                "source": source,
                "page_type": random.choice(("home", "pricing", "product", "blog")),
                "visits": round(usual * random.uniform(0.9, 1.1)),
                "branded_searches": round(usual * 0.06 * random.uniform(0.8, 1.2)) if source == "Organic" else None,
            }
        day += timedelta(days=1)


def trials(world: World) -> Iterator[Row]:
    """Trials; an activated one meets the product-qualified criteria soon after."""
    for trial in world.trials:
        activated_on = until(trial.activated_on)
        yield {
            "trial_id": trial.trial_id,
            "account_id": trial.account.account_id,
            "source": trial.source,
            "started_on": trial.started_on,
            "activated_on": activated_on,
            "pql_on": until(activated_on + timedelta(days=2)) if activated_on else None,
            "converted_on": trial.converted_on,
            "ends_on": trial.started_on + timedelta(days=14),
        }


def signup_steps(world: World) -> Iterator[Row]:
    """The steps each trial took on its first day."""
    random = world.random("signup")
    for trial in world.trials:
        for step, odds in (("email", 1.0), ("workspace", 0.86), ("first gateway", 0.72), ("invite", 0.5)):
            done = random.random() < odds
            yield {
                "signup_id": trial.trial_id.replace("TRL", "SGN"),
                "step": step,
                "taken_on": trial.started_on,
                "source": trial.source,
                "completed": done,
            }
            if not done:
                break


def _customers(world: World) -> list[Account]:
    found = [one for one in world.accounts if one.customer_since and one.customer_since <= DATA_ON]
    return sorted(found, key=lambda account: account.account_id)


def _paying(account: Account, day: date) -> bool:
    since = account.customer_since
    return since is not None and since <= day and (account.lost_on is None or account.lost_on > day)


def product_usage(world: World) -> Iterator[Row]:
    """Use of the product by a panel of customers, a row a week each."""
    random = world.random("usage")
    panel = random.sample(_customers(world), _USING)
    number = 0
    for monday in world.span.mondays:
        for account in panel:
            used_on = monday + timedelta(days=random.randrange(7))
            if world.span.holds(used_on) and _paying(account, used_on):
                number += 1
                uses = random.randint(20, 400)
                yield {
                    "usage_id": f"USE-{number:06d}",
                    "account_id": account.account_id,
                    "used_on": used_on,
                    "feature": random.choice(_FEATURES),
                    "usage_count": uses,
                    "duration_seconds": uses * random.randint(20, 90),
                    "error_count": random.choice((0, 0, 0, 1, 2)),
                    "active_users": max(1, uses // 12),
                }


def tickets(world: World) -> Iterator[Row]:
    """Support tickets, about seventy a week."""
    random = world.random("tickets")
    customers = _customers(world)
    number = 0
    for monday in world.span.mondays:
        for day in sorted(day_of_week(random, monday) for _ in range(round(70 * growth(monday)))):
            account = random.choice(customers)
            if not world.span.holds(day) or not _paying(account, day):
                continue
            number += 1
            priority = random.choice(("low", "normal", "normal", "high", "urgent"))
            hours = round(random.lognormvariate(2.6, 0.7), 1)
            closed_on = until(day + timedelta(days=round(hours / 24)))
            yield {
                "ticket_id": f"TIC-{number:06d}",
                "account_id": account.account_id,
                "priority": priority,
                "status": "solved" if closed_on else "open",
                "opened_on": day,
                "closed_on": closed_on,
                "first_response_minutes": random.randint(4, 240),
                "resolution_hours": hours if closed_on else None,
                "satisfaction": random.choice((3, 4, 4, 5, 5)) if closed_on and random.random() < 0.5 else None,
                "escalated": priority == "urgent" and random.random() < 0.3,
            }


def surveys(world: World) -> Iterator[Row]:
    """Answers to surveys, about twenty a week."""
    random = world.random("surveys")
    customers = _customers(world)
    number = 0
    for monday in world.span.mondays:
        for day in sorted(day_of_week(random, monday) for _ in range(20)):
            if world.span.holds(day):
                number += 1
                type_ = random.choice(("csat", "nps", "ces"))
                low, high = (0, 10) if type_ == "nps" else (1, 5)
                yield {
                    "survey_id": f"SUR-{number:05d}",
                    "account_id": random.choice(customers).account_id,
                    "type": type_,
                    "answered_on": day,
                    "score": min(high, max(low, round(random.gauss(high * 0.82, high * 0.17)))),
                }


def business_reviews(world: World) -> Iterator[Row]:
    """Quarterly business reviews with Enterprise customers."""
    random = world.random("reviews")
    number = 0
    for account in _customers(world):
        due_on = account.customer_since
        while account.segment == "Enterprise" and due_on and due_on <= DATA_ON + timedelta(days=60):
            due_on += timedelta(days=91)
            if world.span.start <= due_on and _paying(account, min(due_on, DATA_ON)):
                number += 1
                held = random.random() < 0.86
                yield {
                    "review_id": f"QBR-{number:05d}",
                    "account_id": account.account_id,
                    "due_on": due_on,
                    "held_on": until(due_on + timedelta(days=random.randrange(0, 12))) if held else None,
                    "engaged": held and random.random() < 0.7,
                }
