with

leads as (
    select
        lead_id,
        account_id
    from identity.lead_accounts
    where decided_by = 'evidence'
),

own as (
    select * from identity.company_values where provider = 'lead'
),

-- What a lead itself told its account is no news of it.
offered as (
    select
        leads.lead_id,
        offers.*
    from leads
    inner join identity.account_values as offers on leads.account_id = offers.account_id
    left join identity.records as records
        on offers.provider = 'lead' and offers.record_id = records.record_id
    where records.lead_id is null or records.lead_id <> leads.lead_id
),

-- Numbers are of another year or a band: only twice as much is another. No list has industries in
-- two languages.
compared as (
    select
        offered.lead_id,
        offered.attribute,
        offered.account_id,
        own.value as own_value,
        offered.value as account_value,
        case
            when own.value is null then 'filled'
            when own.value_key = offered.value_key then 'agrees'
            when own.currency <> offered.currency
                or regexp_like(own.value_key, '\p{Han}')
                    <> regexp_like(offered.value_key, '\p{Han}') then 'incomparable'
            when greatest(own.amount, offered.amount)
                <= 2 * least(own.amount, offered.amount) then 'agrees'
            else 'differs'
        end as outcome,
        offered.provider,
        offered.record_id,
        offered.source,
        offered.known_at
    from offered
    left join own
        on offered.lead_id = own.record_id and offered.attribute = own.attribute
)

select * from compared
