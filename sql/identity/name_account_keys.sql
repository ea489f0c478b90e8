with

mentions as (
    select
        *,
        concat_ws('/', company_key, branch) as key,
        concat(region, '/', industry) as variant
    from identity.company_mentions
    where company_key is not null
),

known as (
    select * from identity.known_account_keys
),

-- Whom something better than a name places needs no account of the name.
placed as (
    select person_id
    from identity.stated_accounts
    union
    select person_id
    from identity.company_mentions
    where mail_domain is not null or site_domain is not null
    union
    select coded.person_id
    from identity.company_mentions as coded
    inner join known on known.kind = 'credit_code' and coded.credit_code = known.key
),

-- A branch is not its company: with the company's domain it is an account all the same.
given as (
    select mentions.*
    from mentions
    left anti join placed on mentions.person_id = placed.person_id
    where mentions.branch is null
    union all
    select mentions.*
    from mentions
    left anti join identity.stated_accounts as stated on mentions.person_id = stated.person_id
    where mentions.branch is not null
),

variants as (
    select distinct
        key,
        variant,
        company_key,
        region,
        industry,
        branch
    from given
),

unknown as (
    select variants.*
    from variants
    left anti join known
        on known.kind = 'name'
            and variants.key = known.key
            and (
                variants.variant = known.variant
                or (
                    known.is_full
                    and coalesce(variants.region, known.region, '')
                        = coalesce(known.region, variants.region, '')
                    and coalesce(variants.industry, known.industry, '')
                        = coalesce(known.industry, variants.industry, '')
                )
            )
),

-- What says less than another name may be that one, and makes no account beside it.
fullest as (
    select unknown.*
    from unknown
    left anti join unknown as fuller
        on unknown.key = fuller.key
            and unknown.variant <> fuller.variant
            and (unknown.region is null or unknown.region = fuller.region)
            and (unknown.industry is null or unknown.industry = fuller.industry)
),

accounts as (
    select
        concat('company:', concat_ws('/', company_key, region, industry, branch)) as account_id,
        key,
        variant,
        region,
        industry
    from fullest
),

keys as (
    select
        account_id,
        'name' as kind,
        key,
        variant,
        region,
        industry
    from accounts
    union
    select
        accounts.account_id,
        'credit_code',
        given.credit_code,
        '-',
        cast(null as text),
        cast(null as text)
    from given
    inner join accounts on given.key = accounts.key and given.variant = accounts.variant
    where given.credit_code is not null
)

select * from keys
