with

accounts as (
    select
        *,
        regexp_replace(nfkc(phone), '[^0-9]', '', 'g') as digits,
        registrable_domain(url_part(website, 'host')) as website_domain
    from entities.accounts
),

fields as (
    select
        records.entity_id,
        records.place,
        names.registration_code as registered_id,
        case when length(accounts.digits) >= 7 then accounts.digits end as phone_key,
        nullif(btrim(regexp_replace(
            fold_han(lower(nfkc(accounts.street))), '[^\p{L}\p{N}]+', ' ', 'g'
        )), '') as street,
        nullif(btrim(regexp_replace(
            fold_han(lower(nfkc(accounts.city))), '[^\p{L}\p{N}]+', ' ', 'g'
        )), '') as city,
        nullif(regexp_replace(lower(nfkc(accounts.postal_code)), '[^0-9a-z]', '', 'g'), '')
            as postal_code,
        names.core as company,
        names.company_key,
        names.branch,
        case when domains.kind = 'own' then accounts.website_domain end as domain
    from accounts
    inner join identity.match_records as records
        on concat('account:', accounts.account_id) = records.entity_id
    left join identity.company_names as names on accounts.name = names.company
    left join identity.company_domains as domains on accounts.website_domain = domains.domain
)

select * from fields
