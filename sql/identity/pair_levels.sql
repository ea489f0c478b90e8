with

pairs as (
    select * from identity.pairs
),

-- There are fewer records than pairs of them: they stand left in the joins, where they are held in memory.
fields as (
    select * from identity.match_fields
),

-- The closest level that fits, 1 the closest; 0 where a side says nothing.
compared as (
    select
        pairs.origin,
        pairs.kind,
        pairs.left_place,
        pairs.right_place,
        pairs.rules,
        case
            when l.given_name is null or r.given_name is null then 0
            when l.given_name = r.given_name then 1
            when l.given_sound = r.given_sound then 2
            when l.given_sound = r.family_sound and l.family_sound = r.given_sound then 3
            when length(least(l.given_sound, r.given_sound)) = 1
                and left(l.given_sound, 1) = left(r.given_sound, 1) then 4
            -- 静 and 静佳 sound alike and are two names; who mistypes a Chinese one keeps the sound.
            when l.given_name <> l.given_sound and r.given_name <> r.given_sound then 7
            when jaro_winkler(l.given_sound, r.given_sound) >= 0.9 then 5
            when jaro_winkler(l.given_sound, r.given_sound) >= 0.75 then 6
            else 7
        end as given_name,
        case
            when l.family_name is null or r.family_name is null then 0
            when l.family_name = r.family_name then 1
            when l.family_sound = r.family_sound then 2
            -- Names that are swapped are told once, with the given name.
            when l.given_sound = r.family_sound and l.family_sound = r.given_sound then 0
            when l.family_name <> l.family_sound and r.family_name <> r.family_sound then 5
            when jaro_winkler(l.family_sound, r.family_sound) >= 0.9 then 3
            when jaro_winkler(l.family_sound, r.family_sound) >= 0.75 then 4
            else 5
        end as family_name,
        case
            when l.birth_date is null or r.birth_date is null then 0
            when l.birth_date = r.birth_date then 1
            when damerau_levenshtein(l.birth_date, r.birth_date) = 1 then 2
            when damerau_levenshtein(l.birth_date, r.birth_date) = 2 then 3
            when left(l.birth_date, 4) = left(r.birth_date, 4) then 4
            else 5
        end as birth_date,
        case
            when l.registered_id is null or r.registered_id is null then 0
            when l.registered_id = r.registered_id then 1
            when damerau_levenshtein(l.registered_id, r.registered_id) = 1 then 2
            when damerau_levenshtein(l.registered_id, r.registered_id) = 2 then 3
            else 4
        end as registered_id,
        -- Mailboxes named after their owner are alike wherever the names are, and say no more than these;
        -- another number is another of that name.
        case
            when l.email_key is null or r.email_key is null then 0
            when l.email_key = r.email_key then 1
            when split_part(l.email_key, '@', 1) = split_part(r.email_key, '@', 1)
                and not coalesce(contains(l.email_key, l.family_sound), false)
                and not coalesce(contains(l.email_key, l.given_sound), false) then 2
            -- j.byrne and n.byrne are neighbours for their names' sake.
            when damerau_levenshtein(l.email_key, r.email_key) <= case
                when not coalesce(contains(l.email_key, l.family_sound), false) then 2
                when l.given_sound = r.given_sound then 2
                when l.given_sound is null or r.given_sound is null then 1
                else 0
            end
                and least(strpos(l.email_key, '@'), strpos(r.email_key, '@')) > 4
                and regexp_replace(l.email_key, '[^0-9]', '', 'g')
                    = regexp_replace(r.email_key, '[^0-9]', '', 'g') then 3
            when (l.given_sound = r.given_sound or l.family_sound = r.family_sound)
                and (
                    contains(split_part(l.email_key, '@', 1), l.given_sound)
                    or contains(split_part(l.email_key, '@', 1), l.family_sound)
                )
                and (
                    contains(split_part(r.email_key, '@', 1), r.given_sound)
                    or contains(split_part(r.email_key, '@', 1), r.family_sound)
                ) then 0
            else 4
        end as email,
        case
            when coalesce(l.phone_key, l.mobile_key) is null
                or coalesce(r.phone_key, r.mobile_key) is null then 0
            when l.phone_key in (r.phone_key, r.mobile_key)
                or l.mobile_key in (r.phone_key, r.mobile_key) then 1
            when damerau_levenshtein(
                coalesce(l.phone_key, l.mobile_key), coalesce(r.phone_key, r.mobile_key)
            ) = 1 then 2
            else 3
        end as phone,
        case
            when l.street is null or r.street is null then 0
            when l.street = r.street then 1
            when regexp_match(l.street, '[0-9]+')[1] = regexp_match(r.street, '[0-9]+')[1] and jaro_winkler(l.street, r.street) >= 0.85 then 2
            when jaro_winkler(l.street, r.street) >= 0.92 then 3
            when regexp_match(l.street, '[0-9]+')[1] = regexp_match(r.street, '[0-9]+')[1] then 4
            when jaro_winkler(l.street, r.street) >= 0.8 then 5
            else 6
        end as street,
        case
            when l.city is null or r.city is null then 0
            when l.city = r.city then 1
            when jaro_winkler(l.city, r.city) >= 0.88 then 2
            else 3
        end as city,
        case
            when l.postal_code is null or r.postal_code is null then 0
            when l.postal_code = r.postal_code then 1
            when damerau_levenshtein(l.postal_code, r.postal_code) = 1 then 2
            else 3
        end as postal_code,
        case
            when l.company_key is null or r.company_key is null then 0
            when coalesce(l.branch, '') <> coalesce(r.branch, '') then 8
            when l.company_key = r.company_key then 1
            when jaro_winkler(l.company, r.company) >= 0.95 then 2
            when 4 * cardinality(array_intersect(
                string_to_array(l.company, ' '), string_to_array(r.company, ' ')
            ))
                >= 3 * least(
                    cardinality(string_to_array(l.company, ' ')),
                    cardinality(string_to_array(r.company, ' '))
                ) then 3
            when jaro_winkler(l.company, r.company) >= 0.88 then 4
            when 2 * cardinality(array_intersect(
                string_to_array(l.company, ' '), string_to_array(r.company, ' ')
            ))
                >= least(
                    cardinality(string_to_array(l.company, ' ')),
                    cardinality(string_to_array(r.company, ' '))
                ) then 5
            when jaro_winkler(l.company, r.company) >= 0.75 then 6
            else 7
        end as company,
        case
            when l.domain is null or r.domain is null then 0
            when l.domain = r.domain then 1
            else 2
        end as domain,
        -- Other visitors say nothing: people have several devices.
        case when l.visitor_id = r.visitor_id then 1 else 0 end as visitor,
        -- A source that gives two keys holds them to be two; two sources say nothing of each other.
        case
            when l.person_key = r.person_key then 1
            when split_part(l.person_key, ':', 1) = split_part(r.person_key, ':', 1) then 2
            else 0
        end as person_key
    from fields as r
    right join (
        fields as l
        right join pairs on l.kind = pairs.kind and l.place = pairs.left_place
    ) on r.kind = pairs.kind and r.place = pairs.right_place
),

levels as (
    select
        kind,
        left_place,
        right_place,
        rules,
        concat(
            given_name, family_name, birth_date, registered_id, email, phone, street, city,
            postal_code, company, domain, visitor, person_key
        ) as pattern,
        origin
    from compared
)

select * from levels
