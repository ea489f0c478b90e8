with

said as (
    select
        person_id,
        contact_id,
        unnest([
            named_struct('rule', 'credit_code', 'kind', 'credit_code', 'key', credit_code,
                'variant', '-', 'region', null_text, 'industry', null_text),
            named_struct('rule', 'domain', 'kind', 'domain', 'key', mail_domain,
                'variant', mail_host, 'region', null_text, 'industry', null_text),
            named_struct('rule', 'website', 'kind', 'domain', 'key', site_domain,
                'variant', site_host, 'region', null_text, 'industry', null_text),
            named_struct('rule', 'colleagues', 'kind', 'colleagues', 'key', mail_domain,
                'variant', '-', 'region', null_text, 'industry', null_text),
            named_struct('rule', 'colleagues', 'kind', 'colleagues', 'key', site_domain,
                'variant', '-', 'region', null_text, 'industry', null_text),
            named_struct('rule', 'name', 'kind', 'name', 'key',
                company_key || coalesce('/' || branch, ''),
                'variant', concat(region, '/', industry), 'region', region, 'industry', industry)
        ]) as word
    from (select *, cast(null as text) as null_text from identity.company_mentions)
),

words as (
    select
        person_id,
        contact_id,
        word['rule'] as rule,
        word['kind'] as kind,
        word['key'] as key,
        word['variant'] as variant,
        word['region'] as region,
        word['industry'] as industry
    from said
    where word['key'] is not null
),

keys as (
    select * from identity.account_keys
),

rules as (
    select * from reference.account_rules
),

sizes as (
    select
        kind,
        key,
        variant,
        count(*) as accounts
    from keys
    group by kind, key, variant
),

whole_sizes as (
    select
        kind,
        key,
        sum(accounts) as accounts
    from sizes
    group by kind, key
),

matched as (
    select
        words.person_id,
        keys.account_id,
        words.rule,
        words.contact_id,
        true as is_exact
    from words
    inner join sizes
        on words.kind = sizes.kind and words.key = sizes.key and words.variant = sizes.variant
    inner join rules on words.rule = rules.rule and sizes.accounts <= rules.max_accounts
    inner join keys
        on words.kind = keys.kind and words.key = keys.key and words.variant = keys.variant
    union all
    -- Another host of the domain, or a name that says less: 海科 fits all that say more.
    select
        words.person_id,
        keys.account_id,
        words.rule,
        words.contact_id,
        false
    from words
    inner join whole_sizes as sizes on words.kind = sizes.kind and words.key = sizes.key
    inner join rules
        on rules.rule = case words.kind when 'name' then 'short_name' else 'subdomain' end
            and sizes.accounts <= rules.max_accounts
    inner join keys on words.kind = keys.kind and words.key = keys.key
    where words.kind in ('name', 'domain')
        and words.variant <> keys.variant
        and (
            words.kind = 'domain'
            or (
                keys.is_full
                and coalesce(words.region, keys.region, '')
                    = coalesce(keys.region, words.region, '')
                and coalesce(words.industry, keys.industry, '')
                    = coalesce(keys.industry, words.industry, '')
            )
        )
),

-- What fits exactly is not told a second time as fitting roughly.
closest as (
    select
        person_id,
        account_id,
        case
            when bool_or(is_exact) then rule
            when rule = 'name' then 'short_name'
            else 'subdomain'
        end as rule,
        coalesce(min(contact_id) filter (where is_exact), min(contact_id)) as contact_id
    from matched
    group by person_id, account_id, rule
),

fits as (
    select
        person_id,
        account_id,
        rule,
        min(contact_id) as contact_id
    from closest
    group by person_id, account_id, rule
)

select * from fits
union all
select
    person_id,
    account_id,
    rule,
    contact_id
from identity.stated_accounts
