with

leads as (
    select * from identity.leads
),

members as (
    select * from identity.members
),

booked as (
    select
        lead_id,
        count(*) as order_count,
        cast(sum(value) as decimal(18,4)) as booked_value,
        bool_and(value is not null) as is_rate_known
    from funnel.orders
    where lead_id is not null
    group by lead_id
),

activities as (
    select
        members.lead_id,
        min(activities.occurred_at) as attempted_at
    from entities.activities as activities
    inner join members on concat('lead:', activities.record_id) = members.contact_id
    where activities.direction = 'outbound'
        and not activities.is_automated
        and cast(activities.occurred_at at time zone $time_zone as date) <= $as_of
    group by members.lead_id
),

summed as (
    select
        leads.lead_id,
        leads.person_id,
        leads.channel,
        leads.source,
        cast($reporting_currency as text) as currency,
        coalesce(booked.order_count, 0) as order_count,
        case
            when booked.lead_id is null then cast(0 as decimal(18,4))
            when booked.is_rate_known then booked.booked_value
        end as booked_value,
        cast(leads.captured_at at time zone $time_zone as date) as captured_date,
        leads.captured_at,
        activities.attempted_at
    from leads
    left join booked on leads.lead_id = booked.lead_id
    left join activities on leads.lead_id = activities.lead_id
)

select * from summed
