with

decided as (
    select * from identity.lead_accounts
),

described as (
    select
        decided.lead_id,
        decided.account_id,
        accounts.name as account_name,
        accounts.origin,
        accounts.ultimate_parent_id,
        decided.rule,
        decided.decided_by,
        candidates.evidence,
        decided.contradicting_id,
        decided.source,
        decided.candidates,
        decided.contradictions,
        accounts.won_opportunities as account_won,
        accounts.related_won,
        decided.is_tie
    from decided
    left join marts.accounts as accounts on decided.account_id = accounts.account_id
    left join identity.account_candidates as candidates
        on decided.person_id = candidates.person_id
            and decided.account_id = candidates.account_id
            and decided.decided_by = 'evidence'
)

select * from described
