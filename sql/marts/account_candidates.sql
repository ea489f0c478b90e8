with

decided as (
    select * from identity.person_accounts
),

members as (
    select
        person_id,
        max(lead_id) as lead_id
    from identity.members
    group by person_id
),

listed as (
    select
        candidates.person_id,
        candidates.account_id,
        members.lead_id,
        accounts.name as account_name,
        candidates.ultimate_parent_id,
        candidates.rule,
        candidates.evidence,
        candidates.contact_id,
        coalesce(decided.account_id = candidates.account_id, false) as is_chosen
    from identity.account_candidates as candidates
    inner join decided on candidates.person_id = decided.person_id
    inner join identity.accounts as accounts on candidates.account_id = accounts.account_id
    left join members on candidates.person_id = members.person_id
    where decided.is_tie or decided.contradictions > 0
)

select * from listed
