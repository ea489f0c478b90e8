with

changes as (
    select
        members.lead_id,
        criteria.criterion,
        lower(btrim(nfkc(changes.new_value))) as answer,
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

answered as (
    select
        *,
        regexp_like(answer, '(^|[^a-z])(no|not|never)([^a-z]|$)|不|无|没') as is_denied
    from changes
),

-- An amount is a budget, the role of who decides is authority, and a day or a period is a time.
understood as (
    select
        changes.*,
        case
            when answer in ('yes', 'y', 'true', '1', '是', '有') then 'yes'
            when answer in ('no', 'n', 'none', 'false', '0', '否', '无', '没有') then 'no'
            when criterion = 'budget' and not is_denied and regexp_like(
                answer,
                '^((usd|eur|gbp|cny|rmb|us|hk)? ?[$€£¥]? ?)([1-9]|0[.,]0*[1-9])[0-9., ]*(k|m|万|亿|千)?($|[^0-9a-z])'
            ) then 'yes'
            when criterion = 'authority' and roles.role = 'economic' then 'yes'
            when criterion = 'authority' and roles.role <> 'other' then 'no'
            when criterion = 'timing' and not is_denied and regexp_like(
                answer,
                '[0-9]|(^|[^a-z])(days?|weeks?|months?|quarters?|years?|spring|summer|autumn|fall|winter|now|immediate(ly)?|asap)([^a-z]|$)|[天周月季年]|立即|马上|尽快'
            ) then 'yes'
            else 'unknown'
        end as state
    from reference.buying_roles as roles
    right join answered as changes on roles.word = replace(changes.answer, '_', ' ')
),

placed as (
    select
        *,
        row_number() over (
            partition by lead_id, criterion order by changed_at desc, field_change_id desc
        ) as place
    from understood
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
