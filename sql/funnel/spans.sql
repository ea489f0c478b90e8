with

entries as (
    select * from funnel.first_entries
),

-- What is paid is cash; where nobody tells of payments the order stands for it.
paid as (
    select
        members.lead_id,
        min(coalesce(payments.paid_at, orders.ordered_at)) as paid_at
    from identity.members as members
    inner join entities.orders as orders on members.contact_id = concat('lead:', orders.record_id)
    left join entities.payments as payments
        on orders.order_id = payments.order_id and payments.kind = 'payment'
    where members.lead_id is not null
    group by members.lead_id
),

opportunities as (
    select
        members.lead_id,
        opportunities.opportunity_id,
        opportunities.created_at,
        opportunities.closed_at
    from identity.members as members
    inner join entities.opportunities as opportunities
        on members.contact_id = concat('lead:', opportunities.record_id)
    where members.lead_id is not null and opportunities.created_at is not null
),

-- Whom somebody set aside to be warmed up, or a programme took on before it ever was an mql.
nurtured as (
    select lead_id, min(nurtured_at) as nurtured_at
    from (
        select lead_id, entered_at as nurtured_at from entries where stage = 'nurture'
        union all
        select stays.lead_id, stays.enrolled_at
        from funnel.nurture_stays as stays
        left join entries as mqls on stays.lead_id = mqls.lead_id and mqls.stage = 'mql'
        where mqls.entered_at is null or mqls.entered_at > stays.enrolled_at
    )
    group by lead_id
),

warmed as (
    select
        nurtured.lead_id,
        nurtured.nurtured_at,
        min(mqls.entered_at) as mql_at
    from nurtured
    left join funnel.stage_entries as mqls
        on nurtured.lead_id = mqls.lead_id
            and mqls.stage = 'mql'
            and mqls.entered_at > nurtured.nurtured_at
    group by nurtured.lead_id, nurtured.nurtured_at
),

-- One part per span: where it begins and, where it did, ends.
spans as (
    select
        'first_touch_to_lead' as span,
        entries.lead_id,
        entries.lead_id as subject_id,
        entries.entered_at as started_at,
        leads.captured_at as ended_at
    from entries
    inner join identity.leads as leads on entries.lead_id = leads.lead_id
    where entries.stage = 'traffic'
    union all
    select
        'lead_to_attempt' as span,
        leads.lead_id,
        leads.lead_id as subject_id,
        leads.captured_at,
        activity.first_outbound_at
    from identity.leads as leads
    inner join funnel.lead_activity as activity on leads.lead_id = activity.lead_id
    union all
    select
        'lead_to_' || ends.stage as span,
        leads.lead_id,
        leads.lead_id as subject_id,
        leads.captured_at,
        entries.entered_at
    from identity.leads as leads
    cross join (
        select stage from reference.stages where stage in ('mql', 'opportunity', 'won')
    ) as ends
    left join entries on leads.lead_id = entries.lead_id and ends.stage = entries.stage
    union all
    select
        'first_touch_to_won' as span,
        starts.lead_id,
        starts.lead_id as subject_id,
        starts.entered_at,
        ends.entered_at
    from entries as starts
    left join entries as ends on starts.lead_id = ends.lead_id and ends.stage = 'won'
    where starts.stage = 'traffic'
    union all
    select
        'mql_to_sql' as span,
        starts.lead_id,
        starts.lead_id as subject_id,
        starts.entered_at,
        ends.entered_at
    from entries as starts
    left join entries as ends on starts.lead_id = ends.lead_id and ends.stage = 'sql'
    where starts.stage = 'mql'
    union all
    select
        'nurture_to_mql' as span,
        lead_id,
        lead_id as subject_id,
        nurtured_at,
        mql_at
    from warmed
    union all
    select
        'mql_to_visible' as span,
        lead_id,
        lead_id as subject_id,
        mql_at,
        visible_at
    from funnel.handoffs
    union all
    select
        'opportunity_to_close' as span,
        lead_id,
        opportunity_id,
        created_at,
        closed_at
    from opportunities
    union all
    select
        'lead_to_cash' as span,
        leads.lead_id,
        leads.lead_id as subject_id,
        leads.captured_at,
        paid.paid_at
    from identity.leads as leads
    left join paid on leads.lead_id = paid.lead_id
),

dated as (
    select
        span,
        lead_id,
        subject_id,
        cast(started_at at time zone $time_zone as date) as started_date,
        case when cast(ended_at at time zone $time_zone as date) <= $as_of
            then cast(ended_at at time zone $time_zone as date) end as ended_date
    from spans
),

measured as (
    select
        span,
        lead_id,
        subject_id,
        ended_date < started_date as is_backward,
        coalesce(ended_date, $as_of) - started_date as days,
        started_date,
        ended_date
    from dated
    where started_date <= $as_of
)

select
    span,
    lead_id,
    subject_id,
    coalesce(is_backward, false) as is_backward,
    days,
    started_date,
    ended_date
from measured
