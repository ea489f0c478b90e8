with

leads as (
    select * from identity.leads
),

decided as (
    select * from identity.person_accounts
),

lead_accounts as (
    select
        leads.lead_id,
        leads.person_id,
        decided.account_id,
        decided.rule,
        decided.decided_by,
        decided.contradicting_id,
        leads.source,
        coalesce(decided.candidates, 0) as candidates,
        coalesce(decided.contradictions, 0) as contradictions,
        coalesce(decided.is_tie, false) as is_tie
    from leads
    left join decided on leads.person_id = decided.person_id
)

select * from lead_accounts
