with

deals as (
    select
        source,
        'opportunity_stages' as entity,
        lower(btrim(stage)) as word,
        'entries of deals' as counted
    from entities.opportunity_stages
    union all
    select source, 'opportunities', lower(btrim(stage)), 'deals'
    from entities.opportunities
),

leads as (
    select
        source,
        'lead_records' as entity,
        lower(btrim(status)) as word,
        'lead records' as counted
    from entities.lead_records
),

-- A word with a row that names no stage was decided on; of the others nobody knows what they mean.
unknown as (
    select deals.*
    from deals
    left anti join reference.opportunity_stages as names on deals.word = names.name
    union all
    select leads.*
    from leads
    left anti join reference.lead_statuses as statuses on leads.word = statuses.status
),

findings as (
    select
        source,
        entity,
        word as entity_id,
        cast(null as text) as related_id,
        concat('stands for no stage; ', counted, ': ', cast(count(*) as text)) as evidence
    from unknown
    where word <> ''
    group by source, entity, word, counted
)

select * from findings
