with

changes as (
    select
        members.lead_id,
        criteria.criterion,
        case
            when lower(btrim(changes.new_value)) in ('yes', 'y', 'true', '1', '是', '有') then 'yes'
            when criteria.criterion = 'budget'
                and try_cast(replace(changes.new_value, ',', '') as decimal(18,4)) > 0 then 'yes'
            when lower(btrim(changes.new_value)) in ('no', 'n', 'false', '0', '否', '无') then 'no'
            else 'unknown'
        end as state,
        changes.source,
        changes.changed_by,
        changes.field_change_id,
        changes.changed_at
    from reference.bant_fields as criteria
    inner join entities.field_changes as changes
        on criteria.field = lower(changes.field) and changes.object_kind in ('lead', 'contact')
    inner join identity.members as members
        on concat('lead:', changes.object_id) = members.contact_id
    where members.lead_id is not null
        and cast(changes.changed_at at time zone $time_zone as date) <= $as_of
),

placed as (
    select
        *,
        row_number() over (
            partition by lead_id, criterion order by changed_at desc, field_change_id desc
        ) as place
    from changes
),

criteria as (
    select distinct criterion from reference.bant_fields
),

-- What nobody has found out is unknown, never no.
states as (
    select
        leads.lead_id,
        criteria.criterion,
        coalesce(placed.state, 'unknown') as state,
        placed.field_change_id,
        placed.source,
        placed.changed_by,
        placed.changed_at
    from criteria
    cross join identity.leads as leads
    left join placed
        on leads.lead_id = placed.lead_id
            and criteria.criterion = placed.criterion
            and placed.place = 1
    where cast(leads.captured_at at time zone $time_zone as date) <= $as_of
)

select * from states
