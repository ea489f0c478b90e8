with

said as (
    select
        person_id,
        contact_id,
        unnest([
            named_struct('rule', 'credit_code', 'kind', 'credit_code', 'key', credit_code,
                'variant', '', 'region', null_text, 'industry', null_text),
            named_struct('rule', 'domain', 'kind', 'domain', 'key', mail_domain,
                'variant', mail_host, 'region', null_text, 'industry', null_text),
            named_struct('rule', 'website', 'kind', 'domain', 'key', site_domain,
                'variant', site_host, 'region', null_text, 'industry', null_text),
            named_struct('rule', 'colleagues', 'kind', 'colleagues', 'key', mail_domain,
                'variant', '', 'region', null_text, 'industry', null_text),
            named_struct('rule', 'colleagues', 'kind', 'colleagues', 'key', site_domain,
                'variant', '', 'region', null_text, 'industry', null_text),
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

-- A name that says less, 海科 of 深圳海科科技, fits all that say more.
matched as (
    select
        words.person_id,
        keys.account_id,
        words.rule,
        words.contact_id,
        words.kind in ('credit_code', 'colleagues') or words.variant = keys.variant as is_exact
    from words
    inner join identity.account_keys as keys
        on words.kind = keys.kind and words.key = keys.key
    where words.kind <> 'name'
        or words.variant = keys.variant
        or (
            keys.is_full
            and coalesce(words.region, keys.region, '')
                = coalesce(keys.region, words.region, '')
            and coalesce(words.industry, keys.industry, '')
                = coalesce(keys.industry, words.industry, '')
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
