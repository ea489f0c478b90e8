with

opportunities as (
    select * from entities.opportunities
),

joined as (
    select
        opportunities.opportunity_id,
        coalesce(stated.account_id, decided.account_id) as account_id,
        case
            when stated.account_id is not null then 'crm'
            when decided.account_id is not null then 'lead'
        end as rule,
        opportunities.is_won,
        opportunities.created_at,
        opportunities.closed_at
    from opportunities
    left join identity.account_members as stated
        on opportunities.account_id = stated.account_record_id
    left join identity.members as members
        on concat('lead:', opportunities.record_id) = members.contact_id
    left join identity.person_accounts as decided on members.person_id = decided.person_id
)

select * from joined
