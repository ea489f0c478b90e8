with

-- To be in a stage is what a later one may ask for; what is no lead of its own has no later one.
entered as (
    select
        entries.lead_id,
        concat(entries.stage, '_entered') as condition,
        entries.opportunity_id,
        coalesce(entries.opportunity_id, entries.stage) as evidence_id,
        min(entries.entered_at) as met_at
    from (
        select distinct requirement from reference.stage_requirements
    ) as asked
    inner join funnel.stage_entries as entries
        on asked.requirement = concat(entries.stage, '_entered')
    where cast(entries.entered_at at time zone $time_zone as date) <= $as_of
        and entries.stage not in ('invalid', 'duplicate')
    group by entries.lead_id, entries.stage, entries.opportunity_id
)

select * from entered
