with

leads as (
    select * from identity.lead_accounts
),

contradicted as (
    select
        leads.source,
        'lead_records' as entity,
        leads.lead_id as entity_id,
        leads.contradicting_id as related_id,
        concat(
            'its CRM places it with ', leads.account_id, ', and it may be of ',
            leads.contradicting_id, ': ', candidates.evidence
        ) as evidence
    from leads
    inner join identity.account_candidates as candidates
        on leads.person_id = candidates.person_id
            and leads.contradicting_id = candidates.account_id
    where leads.rule = 'crm' and leads.decided_by = 'evidence' and leads.contradictions > 0
)

select * from contradicted
