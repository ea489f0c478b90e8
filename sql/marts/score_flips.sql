with

proposals as (
    select rules_version from scoring.rule_versions where not is_approved
),

crossed as (
    select
        levels.rules_version,
        levels.lead_id,
        thresholds.stage,
        min(levels.told_at) as crossed_at
    from proposals
    inner join scoring.score_thresholds as thresholds
        on proposals.rules_version = thresholds.rules_version
    inner join scoring.score_levels as levels
        on proposals.rules_version = levels.rules_version
    where levels.total >= thresholds.threshold
    group by levels.rules_version, levels.lead_id, thresholds.stage
),

-- Whom nobody could or may reach would not be qualified either.
proposed as (
    select crossed.*
    from funnel.way_counts as ways
    inner join crossed
        on ways.lead_id = crossed.lead_id
            and crossed.crossed_at >= ways.from_at
            and (ways.until_at is null or crossed.crossed_at < ways.until_at)
    where ways.is_reachable
),

held as (
    select
        proposals.rules_version,
        qualifications.lead_id,
        qualifications.stage,
        qualifications.qualified_at as crossed_at
    from proposals
    cross join funnel.qualifications as qualifications
    where qualifications.rule_kind = 'score'
),

compared as (
    select
        coalesce(held.rules_version, proposed.rules_version) as rules_version,
        coalesce(held.lead_id, proposed.lead_id) as lead_id,
        coalesce(held.stage, proposed.stage) as stage,
        held.crossed_at,
        proposed.crossed_at as proposed_at
    from held
    full outer join proposed
        on held.rules_version = proposed.rules_version
            and held.lead_id = proposed.lead_id
            and held.stage = proposed.stage
),

flips as (
    select
        *,
        case
            when crossed_at is null then 'gained'
            when proposed_at is null then 'lost'
            when proposed_at < crossed_at then 'earlier'
            else 'later'
        end as flip
    from compared
    where coalesce(crossed_at <> proposed_at, true)
        and cast(
            greatest(coalesce(crossed_at, proposed_at), coalesce(proposed_at, crossed_at))
            at time zone $time_zone as date
        ) > $as_of - $quarter_days
),

deals as (
    select
        lead_id,
        value,
        coalesce(cast(closed_at at time zone $time_zone as date) <= $as_of, false) as is_closed,
        is_won,
        closed_at
    from journey.opportunities
    where lead_id is not null and cast(created_at at time zone $time_zone as date) <= $as_of
),

-- A deal that was closed before either moment is not at stake.
stakes as (
    select
        flips.rules_version,
        flips.lead_id,
        flips.stage,
        sum(case when deals.is_closed and deals.is_won then deals.value else 0 end) as won_value,
        sum(case when not deals.is_closed then deals.value else 0 end) as open_value
    from flips
    inner join deals on flips.lead_id = deals.lead_id
    where not deals.is_closed
        or deals.closed_at >= least(
            coalesce(flips.crossed_at, flips.proposed_at),
            coalesce(flips.proposed_at, flips.crossed_at)
        )
    group by flips.rules_version, flips.lead_id, flips.stage
)

select
    flips.rules_version,
    flips.lead_id,
    flips.stage,
    flips.flip,
    leads.channel,
    leads.owner_id,
    cast(coalesce(stakes.won_value, 0) as decimal(18,4)) as won_value,
    cast(coalesce(stakes.open_value, 0) as decimal(18,4)) as open_value,
    flips.crossed_at,
    flips.proposed_at
from flips
inner join identity.leads as leads on flips.lead_id = leads.lead_id
left join stakes
    on flips.rules_version = stakes.rules_version
        and flips.lead_id = stakes.lead_id
        and flips.stage = stakes.stage
