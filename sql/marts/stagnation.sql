with

leads as (
    select * from identity.leads
),

segments as (
    select lead_id, part as segment from funnel.lead_dimensions where dimension = 'segment'
),

open as (
    select
        leads.lead_id,
        leads.owner_id,
        leads.channel,
        segments.segment,
        open_leads.stage,
        coalesce(limits.max_dwell_days, stages.max_dwell_days) as max_dwell_days,
        peers.p90_days as peer_p90_days,
        coalesce(peers.peers, 0) as peers,
        open_leads.last_days as days_in_stage,
        activity.silent_days,
        activity.outbound,
        open_leads.last_entered_date as entered_date
    from leads
    inner join segments on leads.lead_id = segments.lead_id
    inner join funnel.open_leads as open_leads on leads.lead_id = open_leads.lead_id
    inner join reference.stages as stages on open_leads.stage = stages.stage
    inner join funnel.lead_activity as activity on leads.lead_id = activity.lead_id
    left join reference.dwell_limits as limits
        on open_leads.stage = limits.stage and segments.segment = limits.segment
    left join funnel.peer_stays as peers
        on open_leads.stage = peers.stage and segments.segment = peers.segment
),

reasoned as (
    select
        *,
        coalesce(days_in_stage > max_dwell_days, false) as is_too_long,
        coalesce(peers >= $low_count and days_in_stage > peer_p90_days, false)
            as is_longer_than_peers,
        silent_days > $silent_days as is_silent,
        owner_id is not null and silent_days > $silent_days as is_abandoned,
        greatest(
            coalesce(days_in_stage - max_dwell_days, 0),
            coalesce(case when peers >= $low_count then days_in_stage - peer_p90_days end, 0),
            0
        ) as days_over
    from open
)

select
    lead_id,
    owner_id,
    channel,
    segment,
    stage,
    max_dwell_days,
    peer_p90_days,
    peers,
    days_in_stage,
    days_over,
    silent_days,
    outbound as attempts,
    is_too_long,
    is_longer_than_peers,
    is_silent,
    is_abandoned,
    entered_date,
    $as_of - silent_days as silent_since_date
from reasoned
where is_too_long or is_longer_than_peers or is_silent
