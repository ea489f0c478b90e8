with

potentials as (
    select * from staging.zoho__potentials
),

leads as (
    select * from staging.zoho__leads
),

-- Deals name no account. Their lead's address leads to the contact it became, and that to the account.
contact_accounts as (
    select
        lower(btrim(email)) as email,
        min(account_id) as account_id
    from staging.zoho__contacts
    where email is not null
    group by lower(btrim(email))
    having count(distinct account_id) = 1
),

opportunities as (
    select
        concat('zoho:', potentials.lead_id) as opportunity_id,
        concat('zoho:lead:', potentials.lead_id) as record_id,
        'zoho:' || contact_accounts.account_id as account_id,
        'zoho:' || potentials.campaign_id as campaign_id,
        'zoho:' || coalesce(users.user_id, potentials.owner) as owner_id,
        potentials.stage,
        potentials.lead_source,
        cast($zoho_currency as text) as currency,
        potentials.amount,
        cast(potentials.probability as double) / 100.0 as probability,
        case potentials.forecast_type when 'Won' then true when 'Lost' then false end as is_won,
        cast(potentials.closing_at at time zone $time_zone as date) as expected_close_date,
        potentials.created_at,
        case when potentials.forecast_type in ('Won', 'Lost')
            then potentials.closing_at end as closed_at
    from potentials
    left join leads on potentials.lead_id = leads.lead_id
    left join contact_accounts on lower(btrim(leads.email)) = contact_accounts.email
    left join staging.zoho__user_names as users on potentials.owner = users.full_name
)

select * from opportunities
