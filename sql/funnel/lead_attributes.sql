with

leads as (
    select * from identity.leads where cast(captured_at at time zone $time_zone as date) <= $as_of
),

won as (
    select lead_id from funnel.lead_stages where path = $stage_path and stage = 'won'
),

attributes as (
    select lead_id, 'channel' as attribute, channel as value from leads
    union all
    select lead_id, 'industry', lower(btrim(industry)) from leads
    union all
    select lead_id, 'mailbox', mailbox from leads
    union all
    select lead_id, 'region', lower(btrim(region)) from leads
    union all
    select
        lead_id,
        'size',
        case
            when employees >= 1000 then '1000+'
            when employees >= 500 then '500-999'
            when employees >= 100 then '100-499'
            when employees >= 50 then '50-99'
            when employees >= 0 then '0-49'
        end
    from leads
    union all
    select lead_id, 'title', lower(btrim(title)) from leads
),

described as (
    select
        attributes.lead_id,
        attributes.attribute,
        coalesce(nullif(attributes.value, ''), '(unknown)') as value,
        won.lead_id is not null as is_won
    from attributes
    left join won on attributes.lead_id = won.lead_id
)

select * from described
