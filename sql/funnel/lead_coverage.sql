with

records as (
    select
        lead_records.source,
        coalesce(records.lead_id, records.record_id) as lead_id
    from identity.records as records
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
)

-- One record of a source that tells is enough.
select distinct
    records.lead_id,
    coverage.rate
from funnel.source_coverage as coverage
inner join records on coverage.source = records.source
