with

leads as (
    select * from identity.leads where cast(captured_at at time zone $time_zone as date) <= $as_of
),

won as (
    select lead_id from funnel.lead_stages where path = $stage_path and stage = 'won'
),

told as (
    select lead_id, 'channel' as attribute, channel as value
    from leads
    union all
    select lead_id, trait as attribute, value
    from scoring.lead_traits
    where until_at is null
),

attributes as (
    select unnest(
        ['channel', 'industry', 'mailbox', 'region', 'revenue', 'size', 'title']
    ) as attribute
),

described as (
    select
        leads.lead_id,
        attributes.attribute,
        coalesce(told.value, '(unknown)') as value,
        won.lead_id is not null as is_won
    from attributes
    cross join leads
    left join told on leads.lead_id = told.lead_id and attributes.attribute = told.attribute
    left join won on leads.lead_id = won.lead_id
)

select * from described
