with

members as (
    select
        members.account_id,
        members.account_record_id,
        members.is_standing,
        accounts.name,
        accounts.kind,
        registrable_domain(url_part(accounts.website, 'host')) as domain,
        accounts.parent_account_id,
        accounts.created_at,
        coalesce(accounts.modified_at, accounts.created_at) as changed_at
    from identity.account_members as members
    inner join entities.accounts as accounts on members.account_record_id = accounts.account_id
),

records as (
    select
        members.*,
        case when domains.kind = 'own' then domains.domain end as own_domain,
        case when parents.account_id <> members.account_id then parents.account_id end as parent_id
    from members
    left join identity.company_domains as domains on members.domain = domains.domain
    left join identity.account_members as parents
        on members.parent_account_id = parents.account_record_id
),

-- What stands last is known best.
crm as (
    select
        account_id,
        first_value(name order by is_standing desc, changed_at desc nulls last, account_record_id)
            filter (where name is not null) as name,
        first_value(kind order by is_standing desc, changed_at desc nulls last, account_record_id)
            filter (where kind is not null) as relation,
        first_value(
            own_domain order by is_standing desc, changed_at desc nulls last, account_record_id
        ) filter (where own_domain is not null) as domain,
        first_value(
            parent_id order by is_standing desc, changed_at desc nulls last, account_record_id
        ) filter (where parent_id is not null) as stated_parent_id,
        count(*) as record_count,
        min(created_at) as first_seen_at
    from records
    group by account_id
),

-- What the leads of an account without a record call it; a domain's is not called by a branch.
words as (
    select
        keys.account_id,
        mentions.company,
        mentions.branch,
        mentions.seen_at
    from identity.company_mentions as mentions
    inner join identity.domain_account_keys as keys
        on keys.kind = 'domain'
            and coalesce(mentions.mail_domain, mentions.site_domain) = keys.key
    union all
    select
        keys.account_id,
        mentions.company,
        cast(null as text),
        mentions.seen_at
    from identity.company_mentions as mentions
    inner join identity.name_account_keys as keys
        on keys.kind = 'name'
            and concat_ws('/', mentions.company_key, mentions.branch) = keys.key
            and concat(mentions.region, '/', mentions.industry) = keys.variant
    where mentions.company_key is not null
),

counted as (
    select
        account_id,
        company,
        branch is not null as is_branch,
        count(*) as mentions,
        min(seen_at) as first_seen_at
    from words
    group by account_id, company, branch is not null
),

spoken as (
    select
        account_id,
        first_value(company order by mentions desc, first_seen_at, company)
            filter (where company is not null and not is_branch) as name,
        min(first_seen_at) as first_seen_at
    from counted
    group by account_id
),

codes as (
    select
        account_id,
        case when count(*) = 1 then min(key) end as credit_code
    from identity.account_keys
    where kind = 'credit_code'
    group by account_id
),

accounts as (
    select
        account_id,
        'crm' as origin,
        name,
        domain,
        relation,
        stated_parent_id,
        record_count,
        first_seen_at
    from crm
    union all
    select
        account_id,
        case when starts_with(account_id, 'domain:') then 'domain' else 'name' end,
        name,
        case when starts_with(account_id, 'domain:') then substr(account_id, 8) end,
        cast(null as text),
        cast(null as text),
        0,
        first_seen_at
    from spoken
),

named as (
    select
        accounts.account_id,
        accounts.origin,
        accounts.name,
        names.company_key,
        names.region as name_region,
        names.industry as name_industry,
        case when accounts.origin <> 'domain' then names.branch end as branch,
        accounts.domain,
        codes.credit_code,
        accounts.relation,
        accounts.stated_parent_id,
        accounts.record_count,
        accounts.first_seen_at
    from accounts
    left join identity.company_names as names on accounts.name = names.company
    left join codes on accounts.account_id = codes.account_id
)

select * from named
