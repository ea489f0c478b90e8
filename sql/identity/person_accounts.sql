with

candidates as (
    select * from identity.account_candidates
),

most as (
    select
        person_id,
        max(rules) as rules
    from candidates
    group by person_id
),

-- All that fit equally well: one is the account, several of one hierarchy are its top, others are
-- told.
best as (
    select
        candidates.person_id,
        candidates.rules,
        min(candidates.rule) as rule,
        count(*) as candidates,
        min(candidates.ultimate_parent_id) = max(candidates.ultimate_parent_id) as is_family,
        min(candidates.account_id) as account_id,
        min(candidates.ultimate_parent_id) as ultimate_parent_id
    from candidates
    inner join most
        on candidates.person_id = most.person_id and candidates.rules = most.rules
    group by candidates.person_id, candidates.rules
),

telling as (
    select bit_or(1 << place) as rules
    from reference.account_rules
    where contradicts
),

-- Accounts of other hierarchies that something speaks for which does not speak for the best.
others as (
    select
        candidates.person_id,
        count(*) as contradictions,
        first_value(candidates.account_id order by candidates.rules desc, candidates.account_id)
            as contradicting_id
    from candidates
    inner join best on candidates.person_id = best.person_id
    cross join telling
    where candidates.rules <> best.rules
        and (not best.is_family or candidates.ultimate_parent_id <> best.ultimate_parent_id)
        and (candidates.rules & telling.rules & best.rules)
            <> (candidates.rules & telling.rules)
    group by candidates.person_id
),

decided as (
    select
        best.person_id,
        case
            when best.candidates = 1 then best.account_id
            when best.is_family then best.ultimate_parent_id
        end as account_id,
        best.rule,
        case
            when best.candidates = 1 then 'evidence'
            when best.is_family then 'hierarchy'
        end as decided_by,
        others.contradicting_id,
        best.candidates,
        coalesce(others.contradictions, 0) as contradictions,
        best.candidates > 1 as is_tie
    from best
    left join others on best.person_id = others.person_id
)

select * from decided
