"""The canonical tables. `docs/tables.md` is made from this list; a test keeps the two equal."""

from __future__ import annotations

from .schema import Column, ColumnType, Lookup, Table, Tier


def _id(name: str, meaning: str) -> Column:
    return Column(name, "text", 1, meaning, required=True)


def _text(name: str, meaning: str, tier: Tier = 3) -> Column:
    return Column(name, "text", tier, meaning)


def _date(name: str, meaning: str, tier: Tier = 3) -> Column:
    return Column(name, "date", tier, meaning)


def _event(name: str, meaning: str, tier: Tier = 2) -> Column:
    return Column(name, "date", tier, meaning, event=True)


def _money(name: str, meaning: str, tier: Tier = 2) -> Column:
    return Column(name, "money", tier, meaning)


def _number(name: str, meaning: str, tier: Tier = 3) -> Column:
    return Column(name, "number", tier, meaning)


def _count(name: str, meaning: str, tier: Tier = 3) -> Column:
    return Column(name, "integer", tier, meaning)


def _flag(name: str, meaning: str, tier: Tier = 3) -> Column:
    return Column(name, "boolean", tier, meaning)


def _account(name: str, meaning: str, type_: ColumnType = "text") -> Lookup:
    return Lookup(name, "accounts", "account_id", name, type_, meaning)


# Segment, region and the like live on the account; a table of its own may override one by a column of
# the same name (an opportunity's region, say).
_ACCOUNT_DIMENSIONS = (
    _account("segment", "Segment of the account (Enterprise, Mid-Market, …)."),
    _account("region", "Sales region of the account."),
    _account("industry", "Industry of the account."),
    _account("tier", "Fit tier of the account: A, B, C."),
)
_DISCOVERY = Lookup(
    "discovery_held_on", "activities", "opportunity_id", "held_on", "date",
    "Day of the first discovery meeting held for the opportunity.",
    aggregate="min", where_column="type", where_value="discovery",
)  # fmt: skip

TABLES: tuple[Table, ...] = (
    Table("accounts", "Companies: prospects and customers.", ("account_id",), (
        _id("account_id", "Identifier of the account."),
        _text("name", "Name of the account.", 2),
        _text("owner", "Person who owns the account.", 1),
        _text("segment", "Segment: Enterprise, Mid-Market, SMB, …", 2),
        _text("region", "Sales region.", 2),
        _text("industry", "Industry.", 3),
        _text("country", "Country.", 3),
        _text("tier", "Fit tier against the ideal customer profile: A, B, C.", 2),
        _text("source", "Channel that brought the account.", 2),
        _text("plan", "Plan or product tier.", 3),
        _count("seats", "Licensed seats."),
        _count("employees", "Number of employees."),
        _number("health", "Health score, 0 to 100.", 2),
        _event("created_on", "Day the account was created or signed up."),
        _event("qualified_on", "Day the account was newly qualified."),
        _event("activated_on", "Day the account reached activation."),
        _flag("is_churned", "The source system's own churn flag (not used by the retention metrics)."),
    )),
    Table("opportunities", "Deals, open and closed; one row a deal.", ("opportunity_id",), (
        _id("opportunity_id", "Identifier of the deal."),
        _text("account_id", "Account of the deal.", 2),
        _text("name", "Name of the deal.", 2),
        _text("owner", "Seller who owns the deal.", 1),
        _text("team", "Team or manager of the seller.", 3),
        _text("type", "new, expansion or renewal.", 2),
        Column("stage", "text", 1, "Stage, in the words of the company's stage list.", required=True),
        Column("status", "text", 1, "open, won or lost.", required=True),
        _text("forecast_category", "pipeline, best case, commit, closed or omitted.", 1),
        _money("amount", "Amount of the deal in the reporting currency.", 1),
        _money("list_amount", "Amount at list price, before discount.", 2),
        _text("currency", "Currency of the amounts as exported.", 3),
        _number("probability", "Probability of winning, as a fraction."),
        _event("created_on", "Day the deal was created."),
        _event("qualified_on", "Day the deal was qualified."),
        _event("first_contact_on", "Day of the first contact."),
        _event("discovery_held_on", "Day of the first discovery meeting held; from the activities where left empty."),
        _event("closed_on", "Day the deal was won or lost (left out while the deal is open)."),
        _date("close_on", "Close date: expected while open, actual once closed.", 1),
        _text("product", "Product or package.", 3),
        _text("segment", "Segment, where the deal states its own.", 2),
        _text("region", "Region, where the deal states its own.", 2),
        _text("source", "Lead source or channel.", 2),
        _text("competitor", "Main competitor.", 2),
        _text("use_case", "Use case.", 2),
        _text("loss_reason", "Reason code of a lost deal.", 2),
        _text("next_step", "Next step.", 2),
        _text("amount_note", "Why the amount was last changed.", 3),
        _text("campaign_id", "Campaign that sourced the deal.", 3),
        _flag("is_referral", "The deal came by a referral.", 3),
    ), (*_ACCOUNT_DIMENSIONS, _DISCOVERY)),
    Table("stage_history", "Each time a deal entered a stage.", ("opportunity_id", "stage", "entered_at"), (
        _id("opportunity_id", "Identifier of the deal."),
        Column("stage", "text", 1, "Stage entered.", required=True),
        Column("entered_at", "timestamp", 1, "When it was entered (UTC).", required=True),
        Column("entered_on", "date", 1, "Day it was entered, in the company's time zone.", event=True, required=True),
        Column("left_on", "date", 3, "Day the deal went to its next stage (empty in its latest).", derived=True),
        _money("amount", "Amount of the deal at that time.", 3),
        _date("close_on", "Close date at that time.", 3),
        _text("changed_by", "Person who changed it."),
    ), tuple(
        Lookup(name, "opportunities", "opportunity_id", name, "text", f"{name.capitalize()} of the deal.")
        for name in ("account_id", "segment", "region", "owner", "team", "type", "product", "source", "status")
    )),
    Table("activities", "Meetings booked and held: discovery, demo, review, …", ("activity_id",), (
        _id("activity_id", "Identifier of the meeting."),
        _text("type", "discovery, demo, meeting, call, …", 1),
        _text("account_id", "Account met.", 2),
        _text("opportunity_id", "Deal it belongs to.", 2),
        _text("contact_id", "Contact met."),
        _text("owner", "Person who runs it.", 2),
        _event("booked_on", "Day it was booked."),
        _date("scheduled_on", "Day it is to take place.", 2),
        _event("held_on", "Day it was held (empty if it was not)."),
        _text("outcome", "Outcome: held, no show, cancelled, …"),
    ), _ACCOUNT_DIMENSIONS),
    Table("proposals", "Proposals sent.", ("proposal_id",), (
        _id("proposal_id", "Identifier of the proposal."),
        _text("opportunity_id", "Deal it belongs to.", 2),
        _text("account_id", "Account it was sent to.", 2),
        _money("amount", "Proposed amount."),
        _event("sent_on", "Day it was sent.", 1),
        _event("accepted_on", "Day it was accepted."),
        _event("declined_on", "Day it was declined."),
    ), _ACCOUNT_DIMENSIONS),
    Table("pilots", "Pilots or proofs of concept.", ("pilot_id",), (
        _id("pilot_id", "Identifier of the pilot."),
        _text("account_id", "Account piloting.", 2),
        _text("opportunity_id", "Deal it belongs to.", 2),
        _text("owner", "Solutions person in charge.", 2),
        _event("kickoff_on", "Day of the kickoff.", 1),
        _event("first_value_on", "Day of the first KPI improvement."),
        _event("completed_on", "Day the pilot was completed."),
        _event("ended_on", "Last day the pilot was active, completed or not; at its end it is over."),
        _event("paid_on", "Day it converted to a paid contract."),
        _text("blocker", "What blocks it now."),
    ), (*_ACCOUNT_DIMENSIONS, Lookup(
        "first_scope_change_on", "pilot_scope_changes", "pilot_id", "changed_on", "date",
        "Day of the first change of the pilot's agreed scope.", aggregate="min",
    ))),
    Table("pilot_scope_changes", "Changes of a pilot's agreed scope.", ("scope_change_id",), (
        _id("scope_change_id", "Identifier of the change."),
        _text("pilot_id", "Pilot changed.", 1),
        _text("account_id", "Account piloting.", 2),
        _event("changed_on", "Day of the change.", 1),
        _text("reason", "Reason."),
    ), _ACCOUNT_DIMENSIONS),
    Table("gate_runs", "Quality gate runs in pilots.", ("gate_run_id",), (
        _id("gate_run_id", "Identifier of the run."),
        _text("pilot_id", "Pilot it ran in.", 1),
        _text("account_id", "Account piloting.", 2),
        _text("gate", "Gate that ran."),
        _event("run_on", "Day of the run.", 1),
        _flag("failed", "The gate failed.", 1),
        Column("failed_at", "timestamp", 2, "When it failed (UTC)."),
        Column("triaged_at", "timestamp", 2, "When the failure was triaged (UTC)."),
    ), (*_ACCOUNT_DIMENSIONS, Lookup(
        "first_failed_at", "gate_runs", "pilot_id", "failed_at", "timestamp",
        "When a gate failed for the first time in the pilot.", aggregate="min",
    ))),
    Table("leads", "Leads and their funnel dates.", ("lead_id",), (
        _id("lead_id", "Identifier of the lead."),
        _text("account_id", "Account it was matched to."),
        _text("source", "Lead source.", 2),
        _text("segment", "Segment.", 2),
        _text("region", "Region.", 2),
        _text("campaign_id", "Campaign that brought it."),
        _number("score", "Quality score, 0 to 100."),
        _event("created_on", "Day it was created.", 1),
        _event("mql_on", "Day it became marketing qualified."),
        _event("sql_on", "Day it became sales qualified."),
        _event("contacted_on", "Day of the first outreach."),
        _event("converted_on", "Day it became an opportunity."),
        _text("opportunity_id", "Opportunity it became."),
        _flag("is_referral", "It came by a referral."),
    ), tuple(lookup for lookup in _ACCOUNT_DIMENSIONS if lookup.name in ("industry", "tier"))),
    Table("trials", "Product trials.", ("trial_id",), (
        _id("trial_id", "Identifier of the trial."),
        _text("account_id", "Account.", 2),
        _text("source", "Traffic source.", 2),
        _event("started_on", "Day it started.", 1),
        _event("activated_on", "Day it reached activation."),
        _event("pql_on", "Day it met the product-qualified criteria."),
        _event("converted_on", "Day it converted to paid."),
        _date("ends_on", "Day it ends."),
    ), _ACCOUNT_DIMENSIONS),
    Table("product_usage", "Usage of the product.", ("usage_id", "used_on"), (
        _id("usage_id", "Identifier of the usage row."),
        _text("account_id", "Account.", 2),
        _text("subscription_id", "Subscription used."),
        _event("used_on", "Day of the usage.", 1),
        _text("feature", "Feature used."),
        _number("usage_count", "Number of uses."),
        _number("duration_seconds", "Seconds of use."),
        _number("error_count", "Errors met."),
        _count("active_users", "Active users that day."),
    ), _ACCOUNT_DIMENSIONS),
    Table("subscriptions", "Subscription lines: one price over one span of days.", ("line_id",), (
        _id("line_id", "Identifier of the line."),
        _text("subscription_id", "Subscription it belongs to.", 3),
        Column("account_id", "text", 1, "Customer.", required=True),
        _text("product", "Product of the line.", 2),
        _text("plan", "Plan or tier.", 3),
        _text("kind", "recurring, one_time, services, usage or overage.", 2),
        _text("status", "active, paused, trial, contracted (signed, not live).", 2),
        Column("starts_on", "date", 1, "First day of the line.", event=True, required=True),
        _date("ends_on", "First day the line is over (exclusive); empty while it runs.", 2),
        _count("billing_months", "Months in one billing period.", 2),
        _money("amount", "Net amount of one billing period.", 1),
        _count("quantity", "Seats or units.", 3),
        Column("arr", "money", 2, "amount × 12 ÷ billing_months; empty where one of them is.", derived=True),
    ), _ACCOUNT_DIMENSIONS),
    Table("renewals", "Contracts up for renewal.", ("renewal_id",), (
        _id("renewal_id", "Identifier of the renewal."),
        _text("account_id", "Customer.", 1),
        _text("owner", "Person in charge.", 1),
        _money("arr", "ARR up for renewal.", 1),
        _date("renewal_on", "Renewal date: the day the term ends.", 1),
        _event("opened_on", "Day the renewal was opened."),
        _event("renewed_on", "Day it was renewed."),
        _event("lost_on", "Day it was lost."),
        _money("renewed_arr", "ARR renewed."),
        _flag("at_risk", "Risk flag set.", 2),
        _event("at_risk_since_on", "Day the risk flag was set."),
        _number("health", "Health score, 0 to 100.", 2),
        _text("risk_reason", "Reason of the risk."),
    ), _ACCOUNT_DIMENSIONS),
    Table("invoices", "Invoices.", ("invoice_id",), (
        _id("invoice_id", "Identifier of the invoice."),
        _text("account_id", "Customer.", 2),
        _event("issued_on", "Day it was issued.", 1),
        _date("due_on", "Day it is due.", 2),
        _event("paid_on", "Day it was paid."),
        _money("amount", "Net amount.", 1),
        _text("status", "open, paid, void, …", 2),
    ), _ACCOUNT_DIMENSIONS),
    Table("spend", "Sales and marketing spend.", ("spend_id",), (
        _id("spend_id", "Identifier of the spend row."),
        _event("spent_on", "Day (or first day of the month) of the spend.", 1),
        _text("function", "sales, marketing or other.", 1),
        _text("channel", "Channel.", 2),
        _text("campaign_id", "Campaign."),
        _money("amount", "Amount.", 1),
    )),
    Table("targets", "Targets by period.", ("target_id",), (
        _id("target_id", "Identifier of the target."),
        _text("metric", "What is targeted: bookings, revenue, pipeline, …", 1),
        _date("period_on", "First day of the month or quarter it is for.", 1),
        _text("segment", "Segment it is for.", 2),
        _text("region", "Region it is for.", 2),
        _text("owner", "Seller it is for."),
        _money("amount", "Target amount.", 1),
    )),
    Table("reps", "Sellers and their capacity.", ("rep_id",), (
        _id("rep_id", "Identifier of the seller."),
        _text("name", "Name.", 2),
        _text("team", "Team.", 2),
        _text("manager", "Manager."),
        _text("segment", "Segment covered.", 2),
        _text("region", "Region covered.", 2),
        _event("started_on", "First day.", 2),
        _event("left_on", "Last day; at its end the seller is gone."),
        _date("ramped_on", "Day fully ramped."),
        _money("quota", "Quota a quarter."),
    )),
    Table("tickets", "Support tickets.", ("ticket_id",), (
        _id("ticket_id", "Identifier of the ticket."),
        _text("account_id", "Customer.", 2),
        _text("priority", "Priority.", 2),
        _text("status", "open, pending, solved, …"),
        _event("opened_on", "Day it was opened.", 1),
        _event("closed_on", "Day it was closed."),
        _number("first_response_minutes", "Minutes to the first response."),
        _number("resolution_hours", "Hours to the resolution."),
        _number("satisfaction", "Satisfaction score."),
        _flag("escalated", "It was escalated."),
    ), _ACCOUNT_DIMENSIONS),
    Table("surveys", "Survey answers: satisfaction, NPS, …", ("survey_id",), (
        _id("survey_id", "Identifier of the answer."),
        _text("account_id", "Customer.", 2),
        _text("type", "csat, nps, ces.", 1),
        _event("answered_on", "Day it was answered.", 1),
        _number("score", "Score.", 1),
    ), _ACCOUNT_DIMENSIONS),
    Table("web_traffic", "Visits of the web site.", ("visit_id",), (
        _id("visit_id", "Identifier of the row."),
        _event("visited_on", "Day.", 1),
        _text("source", "Channel.", 2),
        _text("page_type", "Kind of page: pricing, demo, blog, …"),
        _text("region", "Region."),
        _number("visits", "Visits.", 1),
        _number("branded_searches", "Searches for the brand."),
    )),
    Table("referrals", "Referrals made by customers, partners and advisors.", ("referral_id",), (
        _id("referral_id", "Identifier of the referral."),
        _text("account_id", "Account that referred.", 2),
        _text("referred_account_id", "Account referred.", 2),
        _text("opportunity_id", "Opportunity it led to."),
        _text("type", "customer, partner, advisor.", 2),
        _event("referred_on", "Day.", 1),
    ), _ACCOUNT_DIMENSIONS),
    Table("contacts", "People at accounts.", ("contact_id",), (
        _id("contact_id", "Identifier of the contact."),
        _text("account_id", "Account.", 2),
        _text("role", "Role or seniority."),
        _event("created_on", "Day created."),
    ), _ACCOUNT_DIMENSIONS),
    Table("campaigns", "Marketing campaigns.", ("campaign_id",), (
        _id("campaign_id", "Identifier of the campaign."),
        _text("name", "Name.", 2),
        _text("channel", "Channel.", 2),
        _event("started_on", "First day.", 2),
        _date("ends_on", "Last day."),
        _number("reached_accounts", "Accounts reached."),
        _number("reached_icp_accounts", "Accounts of the ideal profile reached."),
    )),
    Table("discount_approvals", "Requests to approve a discount.", ("approval_id",), (
        _id("approval_id", "Identifier of the request."),
        _text("opportunity_id", "Deal.", 2),
        _text("account_id", "Account.", 3),
        _event("requested_on", "Day asked.", 1),
        _event("decided_on", "Day decided."),
        _text("outcome", "approved, refused, withdrawn."),
        _number("discount", "Discount asked, as a fraction.", 2),
    ), _ACCOUNT_DIMENSIONS),
    Table("pricing_experiments", "Deals in a pricing experiment.", ("exposure_id",), (
        _id("exposure_id", "Identifier of the row."),
        _text("experiment", "Experiment.", 1),
        _text("arm", "Arm: control or a variant.", 1),
        _text("opportunity_id", "Deal.", 2),
        _event("exposed_on", "Day.", 1),
    ), (
        Lookup("status", "opportunities", "opportunity_id", "status", "text", "open, won or lost: of the deal."),
        Lookup("closed_on", "opportunities", "opportunity_id", "closed_on", "date", "Day the deal was won or lost."),
        Lookup("amount", "opportunities", "opportunity_id", "amount", "money", "Amount of the deal."),
    )),
    Table("business_reviews", "Quarterly business reviews.", ("review_id",), (
        _id("review_id", "Identifier of the review."),
        _text("account_id", "Customer.", 2),
        _date("due_on", "Day it is due.", 2),
        _event("held_on", "Day it was held."),
        _flag("engaged", "The customer took part in substance."),
    ), _ACCOUNT_DIMENSIONS),
    Table("calls", "Sales calls.", ("call_id",), (
        _id("call_id", "Identifier of the call."),
        _text("account_id", "Account.", 2),
        _text("opportunity_id", "Deal."),
        _text("owner", "Seller."),
        _event("held_on", "Day.", 1),
        _flag("brand_mentioned", "The prospect mentioned the brand unprompted."),
    ), _ACCOUNT_DIMENSIONS),
    Table("signup_steps", "Steps of the sign-up funnel taken.", ("signup_id", "step"), (
        _id("signup_id", "Identifier of the sign-up."),
        Column("step", "text", 1, "Step.", required=True),
        _event("taken_on", "Day.", 1),
        _text("source", "Traffic source.", 2),
        _flag("completed", "The step was completed."),
    )),
    Table("cancellation_reasons", "Why customers cancelled.", ("cancellation_id",), (
        _id("cancellation_id", "Identifier of the cancellation."),
        _text("account_id", "Customer.", 2),
        _event("cancelled_on", "Day.", 1),
        _text("reason", "Reason code.", 2),
        _money("refund", "Refund."),
        _text("comment", "In the customer's words."),
    ), _ACCOUNT_DIMENSIONS),
    Table("budget", "Budget by period and function.", ("budget_id",), (
        _id("budget_id", "Identifier of the row."),
        _date("period_on", "First day of the month or quarter.", 1),
        _text("function", "Function.", 1),
        _text("channel", "Channel."),
        _money("amount", "Budgeted amount.", 1),
    )),
    Table("currency_rates", "Rates into the reporting currency.", ("currency", "rate_on"), (
        Column("currency", "text", 1, "Currency, ISO 4217.", required=True),
        Column("rate_on", "date", 1, "First day the rate holds.", event=True, required=True),
        Column("rate", "rate", 1, "Reporting currency for one unit.", required=True),
    )),
)  # fmt: skip

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
