"""The company's own sales tables: accounts, meetings, proposals, pilots, gates, approvals and the team."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .accounts import Account
from .chance import Even
from .company import DATA_ON, workday
from .deals import Deal
from .world import Row, World, until

_PRICE_TEST = (date(2026, 1, 5), date(2026, 5, 29))
_ACCEPTED = 0.5
_NO_SHOWS = 0.135  # missed first tries for each discovery meeting that is held


def accounts(world: World) -> Iterator[Row]:
    """Prospects and customers, self-serve ones after the others."""
    random = world.random("plans")
    for account in [*world.accounts, *world.self_serve]:
        since = until(account.customer_since)
        yield {
            "account_id": account.account_id,
            "name": account.name,
            "owner": account.owner,
            "segment": account.segment,
            "region": account.region,
            "industry": account.industry,
            "country": account.country,
            "tier": account.tier,
            "source": account.source,
            "plan": random.choice(("Core", "Plus", "Premium")) if since else None,
            "employees": account.employees,
            "health": account.health,
            "created_on": account.created_on,
            "qualified_on": account.qualified_on,
            "activated_on": until(account.activated_on),
            "is_churned": account.lost_on is not None,
        }


def reps(world: World) -> Iterator[Row]:
    """Sellers, with a quota a quarter by segment."""
    quota = {"Enterprise": 700_000, "Mid-Market": 260_000, "SMB": 90_000}
    for rep in world.team:
        yield {
            "rep_id": rep.rep_id,
            "name": rep.name,
            "team": f"{rep.segment} {rep.region}",
            "manager": rep.manager,
            "segment": rep.segment,
            "region": rep.region,
            "started_on": rep.started_on,
            "ramped_on": rep.started_on + timedelta(days=120),
            "quota": quota[rep.segment],
        }


@dataclass(frozen=True, slots=True)
class _Meeting:
    deal: Deal
    type: str
    scheduled_on: date
    held: bool = True

    @property
    def row(self) -> Row:
        past = self.scheduled_on <= DATA_ON
        booked_on = workday(max(self.deal.created_on, self.scheduled_on - timedelta(days=9)))
        return {
            "type": self.type,
            "account_id": self.deal.account.account_id,
            "opportunity_id": self.deal.crm_id,
            "owner": self.deal.owner,
            "booked_on": min(booked_on, DATA_ON),
            "scheduled_on": self.scheduled_on,
            "held_on": self.scheduled_on if past and self.held else None,
            "outcome": ("held" if self.held else "no show") if past else "scheduled",
        }


def activities(world: World) -> Iterator[Row]:
    """Discovery meetings with their missed first tries, and a demo in the Proposal stage."""
    missed, random = Even(world.random("no-shows")), world.random("activities")
    found: list[_Meeting] = []
    for deal in sorted(world.deals, key=lambda deal: (deal.discovery_on or DATA_ON, deal.number)):
        if deal.missed_on:
            found.append(_Meeting(deal, "discovery", deal.missed_on, held=False))
        if deal.discovery_on:
            if not deal.missed_on and missed.hit(_NO_SHOWS, deal.region):
                first = workday(deal.discovery_on - timedelta(days=random.randrange(3, 9)))
                found.append(_Meeting(deal, "discovery", first, held=False))
            found.append(_Meeting(deal, "discovery", deal.discovery_on))
        if "Proposal" in deal.entered:
            found.append(_Meeting(deal, "demo", deal.entered["Proposal"], held=random.random() < 0.95))
    last = DATA_ON + timedelta(days=9)  # meetings further ahead are not booked yet
    found = [meeting for meeting in found if world.span.start <= meeting.scheduled_on <= last]
    found.sort(key=lambda meeting: (meeting.scheduled_on, meeting.deal.number))
    for number, meeting in enumerate(found, start=1):
        yield {"activity_id": f"ACT-{number:06d}", **meeting.row}


def proposals(world: World) -> Iterator[Row]:
    """Proposals, answered within days: accepted by all who buy later and by some who back out again."""
    random = world.random("proposals")
    sent = [deal for deal in world.deals if "Proposal" in deal.entered]
    sent.sort(key=lambda deal: (deal.entered["Proposal"], deal.number))
    owed = 0.0  # acceptances still to come for the usual share
    for number, deal in enumerate(sent, start=1):
        owed += _ACCEPTED
        accepted = deal.won or owed > 1.5
        owed -= accepted
        sent_on = workday(deal.entered["Proposal"] + timedelta(days=1))
        answered_on = until(workday(sent_on + timedelta(days=random.randrange(0, 4))))
        if world.span.holds(sent_on):
            yield {
                "proposal_id": f"PRO-{number:06d}",
                "opportunity_id": deal.crm_id,
                "account_id": deal.account.account_id,
                "amount": deal.amount,
                "sent_on": sent_on,
                "accepted_on": answered_on if accepted else None,
                "declined_on": None if accepted else answered_on,
            }


def pilots(world: World) -> Iterator[Row]:
    """Pilots as the pilot tracker holds them."""
    for pilot in world.pilots:
        ended_on = until(pilot.ended_on)
        yield {
            "pilot_id": pilot.pilot_id,
            "account_id": pilot.deal.account.account_id,
            "opportunity_id": pilot.deal.crm_id,
            "owner": f"Solutions {pilot.deal.region}",
            "kickoff_on": pilot.kickoff_on,
            "first_value_on": until(pilot.first_value_on),
            "completed_on": until(pilot.completed_on),
            "ended_on": ended_on,
            "paid_on": until(pilot.paid_on),
            "blocker": None if ended_on else pilot.blocker,
        }


def pilot_scope_changes(world: World) -> Iterator[Row]:
    """Changes of scope."""
    for number, change in enumerate(sorted(world.scope_changes, key=lambda one: one.changed_on), start=1):
        yield {
            "scope_change_id": f"SCO-{number:05d}",
            "pilot_id": change.pilot.pilot_id,
            "account_id": change.pilot.deal.account.account_id,
            "changed_on": change.changed_on,
            "reason": change.reason,
        }


def gate_runs(world: World) -> Iterator[Row]:
    """Gate runs, with the times of failure and triage."""
    for number, run in enumerate(world.gate_runs, start=1):
        yield {
            "gate_run_id": f"GAT-{number:06d}",
            "pilot_id": run.pilot.pilot_id,
            "account_id": run.pilot.deal.account.account_id,
            "gate": run.gate,
            "run_on": run.run_on,
            "failed": run.failed_at is not None,
            "failed_at": run.failed_at,
            "triaged_at": run.triaged_at,
        }


def discount_approvals(world: World) -> Iterator[Row]:
    """Requests for discounts above a sixth of the list amount, asked at the start of negotiation."""
    random = world.random("approvals")
    number = 0
    for deal in world.deals:
        asked_on = deal.entered.get("Negotiation")
        discount = 1 - deal.amount / deal.list_amount
        if asked_on is None or discount < 0.16 or not world.span.holds(asked_on):
            continue
        number += 1
        decided_on = until(asked_on + timedelta(days=random.randrange(0, 4)))
        yield {
            "approval_id": f"DIS-{number:05d}",
            "opportunity_id": deal.crm_id,
            "account_id": deal.account.account_id,
            "requested_on": asked_on,
            "decided_on": decided_on,
            "outcome": ("approved" if random.random() < 0.9 else "refused") if decided_on else None,
            "discount": round(discount, 4),
        }


def calls(world: World) -> Iterator[Row]:
    """Two sales calls in the life of each deal that gets beyond discovery."""
    random = world.random("calls")
    number = 0
    for deal in world.deals:
        for stage in ("Pilot", "Negotiation"):
            held_on = deal.entered.get(stage)
            if held_on and world.span.holds(held_on):
                number += 1
                yield {
                    "call_id": f"CAL-{number:06d}",
                    "account_id": deal.account.account_id,
                    "opportunity_id": deal.crm_id,
                    "owner": deal.owner,
                    "held_on": held_on,
                    "brand_mentioned": random.random() < 0.22,
                }


def contacts(world: World) -> Iterator[Row]:
    """A contact or two at each account."""
    random = world.random("contacts")
    number = 0
    for account in world.accounts:
        for role in random.sample(("Executive", "Manager", "Engineer", "Procurement"), random.randint(1, 2)):
            number += 1
            yield {
                "contact_id": f"CON-{number:06d}",
                "account_id": account.account_id,
                "role": role,
                "created_on": account.created_on,
            }


def referrals(world: World) -> Iterator[Row]:
    """Referrals behind deals that came by one."""
    random = world.random("referrals")
    number = 0
    customers: list[Account] = [one for one in world.accounts if one.customer_since and not one.lost_on]
    for deal in world.deals:
        if deal.source == "Referral" and world.span.holds(deal.created_on):
            number += 1
            yield {
                "referral_id": f"REF-{number:05d}",
                "account_id": random.choice(customers).account_id,
                "referred_account_id": deal.account.account_id,
                "opportunity_id": deal.crm_id,
                "type": random.choice(("customer", "customer", "partner", "advisor")),
                "referred_on": deal.created_on,
            }


def pricing_experiments(world: World) -> Iterator[Row]:
    """Enterprise deals in the test of the new price list, which ran before its launch in EMEA."""
    random = world.random("pricing")
    exposed = [deal for deal in world.deals if deal.segment == "Enterprise" and "Proposal" in deal.entered]
    number = 0
    for deal in exposed:
        day = deal.entered["Proposal"]
        if _PRICE_TEST[0] <= day <= _PRICE_TEST[1]:
            number += 1
            yield {
                "exposure_id": f"EXP-{number:05d}",
                "experiment": "enterprise-price-list-2026",
                "arm": "new list"
                if deal.region == "EMEA" and day.month >= 5
                else random.choice(("control", "new list")),
                "opportunity_id": deal.crm_id,
                "exposed_on": day,
            }
