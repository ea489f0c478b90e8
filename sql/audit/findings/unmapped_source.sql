with

-- What people typed or chose, and no row of reference.lead_sources knows.
words as (
    select
        source,
        'lead_records' as entity,
        lower(btrim(nfkc(lead_source))) as entity_id,
        concat('stands for no channel; lead records: ', cast(count(*) as text)) as evidence
    from entities.lead_records
    where channel = 'unassigned' and btrim(nfkc(lead_source)) <> ''
    group by source, lower(btrim(nfkc(lead_source)))
),

-- What no rule for channels takes; each way is a row of marts.traffic_sources.
ways as (
    select
        touches.source,
        'traffic_sources' as entity,
        concat(sources.traffic_source, ' / ', sources.traffic_medium) as entity_id,
        concat('stands for no channel; touches: ', cast(count(*) as text)) as evidence
    from funnel.traffic_sources as sources
    inner join entities.touchpoints as touches
        on sources.traffic_source_id = touches.traffic_source_id
    where not sources.is_mapped
        and cast(touches.touched_at at time zone $time_zone as date) <= $as_of
    group by touches.source, sources.traffic_source, sources.traffic_medium
),

findings as (
    select * from words
    union all
    select * from ways
)

select
    source,
    entity,
    entity_id,
    cast(null as text) as related_id,
    evidence
from findings
