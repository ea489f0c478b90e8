with

recorded as (
    select
        contact_id,
        lag(value) over (partition by contact_id order by changed_at) as from_id,
        value as to_id,
        changed_at as assigned_at
    from staging.hubspot__property_history
    where property = 'hubspot_owner_id'
),

known as (
    select distinct contact_id from recorded
),

-- Without a history only the last assignment is known.
moments as (
    select contact_id, from_id, to_id, assigned_at from recorded
    union all
    select
        contacts.contact_id,
        cast(null as text) as from_id,
        contacts.owner_id as to_id,
        contacts.owner_assigned_at as assigned_at
    from staging.hubspot__contacts as contacts
    left join known on contacts.contact_id = known.contact_id
    where known.contact_id is null and contacts.owner_assigned_at is not null
),

assignments as (
    select
        concat('hs:', moments.contact_id, ':', cast(cast(moments.assigned_at as bigint) as text))
            as assignment_id,
        concat('hs:', coalesce(merged.master_id, moments.contact_id)) as record_id,
        case when moments.to_id is null then 'return' else 'assign' end as kind,
        'hs:' || moments.from_id as from_owner_id,
        'hs:' || moments.to_id as to_owner_id,
        moments.assigned_at
    from moments
    left join staging.hubspot__merged_contacts as merged
        on moments.contact_id = merged.contact_id
)

select * from assignments
