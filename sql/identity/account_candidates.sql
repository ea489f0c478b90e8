with

fits as (
    select * from identity.account_fits
),

accounts as (
    select * from identity.accounts
),

rules as (
    select * from reference.account_rules
),

-- Whoever names a company below another is placed with it by what would place them with that one.
inherited as (
    select
        named.person_id,
        named.account_id,
        above.rule,
        min(above.contact_id) as contact_id
    from fits as named
    inner join accounts on named.account_id = accounts.account_id
    inner join fits as above
        on named.person_id = above.person_id
            and accounts.parent_account_id = above.account_id
    inner join rules on above.rule = rules.rule
    where named.rule = 'name' and rules.is_inherited
    group by named.person_id, named.account_id, above.rule
),

evidence as (
    select
        fits.person_id,
        fits.account_id,
        fits.contact_id,
        rules.place,
        1 << rules.place as rule,
        0 as inherited
    from fits
    inner join rules on fits.rule = rules.rule
    union all
    select
        inherited.person_id,
        inherited.account_id,
        inherited.contact_id,
        rules.place,
        1 << rules.place,
        1 << rules.place
    from inherited
    inner join rules on inherited.rule = rules.rule
    left anti join fits
        on inherited.person_id = fits.person_id
            and inherited.account_id = fits.account_id
            and inherited.rule = fits.rule
),

candidates as (
    select
        person_id,
        account_id,
        max(place) as place,
        bit_or(rule) as rules,
        bit_or(inherited) as inherited
    from evidence
    group by person_id, account_id
),

-- Many candidates have few patterns: the words are put together once for each.
patterns as (
    select distinct
        rules,
        inherited
    from candidates
),

explained as (
    select
        patterns.rules,
        patterns.inherited,
        string_agg(
            concat(
                rules.evidence,
                case when patterns.inherited & (1 << rules.place) <> 0
                    then ' (of its parent)' end
            ),
            '; ' order by rules.place desc
        ) as evidence
    from patterns
    inner join rules on patterns.rules & (1 << rules.place) <> 0
    group by patterns.rules, patterns.inherited
),

placed as (
    select
        candidates.person_id,
        candidates.account_id,
        accounts.ultimate_parent_id,
        candidates.rules,
        rules.rule,
        evidence.contact_id,
        explained.evidence
    from candidates
    inner join rules on candidates.place = rules.place
    inner join evidence
        on candidates.person_id = evidence.person_id
            and candidates.account_id = evidence.account_id
            and candidates.place = evidence.place
    inner join explained
        on candidates.rules = explained.rules and candidates.inherited = explained.inherited
    inner join accounts on candidates.account_id = accounts.account_id
)

select * from placed
