with

mqls as (
    select
        lead_id,
        entered_at as mql_at
    from funnel.first_entries
    where stage = 'mql' and cast(entered_at at time zone $time_zone as date) <= $as_of
),

-- Who has it already sees at once what it became; else whoever gets it next.
seen as (
    select
        mqls.lead_id,
        min(greatest(conditions.met_at, mqls.mql_at)) as visible_at
    from mqls
    inner join funnel.stage_conditions as conditions on mqls.lead_id = conditions.lead_id
    where conditions.condition = 'owner'
        and (conditions.ended_at is null or conditions.ended_at > mqls.mql_at)
    group by mqls.lead_id
),

taken as (
    select
        mqls.lead_id,
        min(entries.entered_at) as accepted_at
    from mqls
    inner join funnel.stage_entries as entries on mqls.lead_id = entries.lead_id
    where entries.stage = 'sl'
        and entries.entered_at >= mqls.mql_at
        and cast(entries.entered_at at time zone $time_zone as date) <= $as_of
    group by mqls.lead_id
),

-- What was there when it was taken over, as far as its source can tell.
told as (
    select
        taken.lead_id,
        count(*) as required,
        count(*) filter (where requirements.is_met) as present,
        string_agg(
            case when not requirements.is_met then requirements.requirement end,
            ', ' order by requirements.requirement
        ) as missing
    from taken
    inner join funnel.visit_requirements as requirements
        on taken.lead_id = requirements.lead_id and taken.accepted_at = requirements.entered_at
    where requirements.kind = 'context' and requirements.is_judged
    group by taken.lead_id
),

handoffs as (
    select
        mqls.lead_id,
        leads.channel,
        coalesce(leads.owner_id, '(nobody)') as owner_id,
        told.missing,
        told.required,
        told.present,
        cast(cast(seen.visible_at as bigint) / 1000000 as bigint)
            - cast(cast(mqls.mql_at as bigint) / 1000000 as bigint) as lag_s,
        cast(told.present as double) / cast(told.required as double) as completeness,
        told.present = told.required as is_complete,
        mqls.mql_at,
        seen.visible_at,
        taken.accepted_at
    from mqls
    inner join identity.leads as leads on mqls.lead_id = leads.lead_id
    left join seen on mqls.lead_id = seen.lead_id
    left join taken on mqls.lead_id = taken.lead_id
    left join told on mqls.lead_id = told.lead_id
)

select * from handoffs
