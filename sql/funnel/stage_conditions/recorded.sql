with

asked as (
    select distinct requirement from reference.stage_requirements
),

records as (
    select record_id, lead_id from identity.records where lead_id is not null
),

subjects as (
    select false as is_opportunity, record_id as object_id, lead_id from records
    union all
    select true, opportunities.opportunity_id, records.lead_id
    from records
    inner join entities.opportunities as opportunities
        on records.record_id = opportunities.record_id
),

changes as (
    select
        asked.requirement,
        changes.field_change_id,
        changes.object_id,
        changes.object_kind = 'opportunity' as is_opportunity,
        coalesce(btrim(changes.new_value), '') <> '' as is_filled,
        changes.changed_at,
        lead(changes.changed_at) over (
            partition by changes.object_kind, changes.object_id, asked.requirement
            order by changes.changed_at, changes.field_change_id
        ) as ended_at
    from asked
    inner join entities.field_changes as changes
        on asked.requirement = lower(btrim(changes.field))
    where changes.object_kind in ('lead', 'contact', 'opportunity')
        and cast(changes.changed_at at time zone $time_zone as date) <= $as_of
),

-- A field that was written holds until it is written again; one that was emptied is unknown.
recorded as (
    select
        subjects.lead_id,
        changes.requirement as condition,
        case when subjects.is_opportunity then subjects.object_id end as opportunity_id,
        changes.field_change_id as evidence_id,
        changes.changed_at as met_at,
        changes.ended_at
    from subjects
    inner join changes
        on subjects.is_opportunity = changes.is_opportunity
            and subjects.object_id = changes.object_id
    where changes.is_filled
)

select * from recorded
