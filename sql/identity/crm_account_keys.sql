with

records as (
    select
        members.account_id,
        accounts.name,
        url_part(accounts.website, 'host') as host,
        regexp_replace(upper(nfkc(accounts.credit_code)), '[^0-9A-Z]', '', 'g') as code
    from identity.account_members as members
    inner join entities.accounts as accounts on members.account_record_id = accounts.account_id
),

sites as (
    select
        records.account_id,
        domains.domain,
        regexp_replace(records.host, '^www[0-9]*\.', '') as host
    from records
    inner join identity.company_domains as domains
        on registrable_domain(records.host) = domains.domain
    where domains.kind = 'own'
),

-- Where a CRM places people whose domain no account has for its website.
placed as (
    select
        account_id,
        mail_domain as domain,
        person_id
    from identity.company_mentions
    where account_id is not null and mail_domain is not null
    union
    select
        account_id,
        site_domain,
        person_id
    from identity.company_mentions
    where account_id is not null and site_domain is not null
),

colleagues as (
    select
        placed.account_id,
        placed.domain,
        count(*) as people
    from placed
    left anti join sites on placed.domain = sites.domain
    group by placed.account_id, placed.domain
),

most as (
    select
        domain,
        max(people) as people
    from colleagues
    group by domain
),

-- The account of most of them has it; equally many leave it to both.
held as (
    select
        colleagues.account_id,
        colleagues.domain
    from colleagues
    inner join most
        on colleagues.domain = most.domain and colleagues.people = most.people
),

named as (
    select
        records.account_id,
        names.company_key,
        names.region,
        names.industry,
        names.branch,
        names.registration_code,
        contains(names.normalised, lower(names.registration_code)) as is_code_typed
    from records
    inner join identity.company_names as names on records.name = names.company
    where not names.is_placeholder
),

coded as (
    select
        account_id,
        case when right(code, 1) = check_character(
            left(code, 17), '0123456789ABCDEFGHJKLMNPQRTUWXY', '3'
        ) and length(code) = 18 then code end as code
    from records
    union all
    select
        account_id,
        registration_code
    from named
    where is_code_typed
),

keys as (
    select
        account_id,
        'credit_code' as kind,
        code as key,
        '-' as variant,
        cast(null as text) as region,
        cast(null as text) as industry
    from coded
    where code is not null
    union
    select
        account_id,
        'domain',
        domain,
        host,
        cast(null as text),
        cast(null as text)
    from sites
    union
    select
        account_id,
        'colleagues',
        domain,
        '-',
        cast(null as text),
        cast(null as text)
    from held
    union
    select
        account_id,
        'name',
        concat_ws('/', company_key, branch),
        concat(region, '/', industry),
        region,
        industry
    from named
)

select * from keys
