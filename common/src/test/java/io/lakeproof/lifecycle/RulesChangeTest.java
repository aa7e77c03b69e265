package io.lakeproof.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RulesChangeTest {
    private static final String OURS = TierRule.idPrefix("p/t");
    private static final List<TierRule> RULES = TierRule.of(LifecycleCases.CONFIG, "p/t", "clean/t/");

    @Test
    void oursMoveWhatCarriesTheTagsOfATierThatMoves() {
        assertThat(RULES.stream().map(TierRule::xml))
                .containsExactly(
                        "<Rule><ID>lakeproof-p/t/cold</ID><Filter><And><Prefix>clean/t/</Prefix>"
                                + "<Tag><Key>class</Key><Value>training</Value></Tag>"
                                + "<Tag><Key>dataset</Key><Value>p/t</Value></Tag>"
                                + "<Tag><Key>tier</Key><Value>cold</Value></Tag>"
                                + "<ObjectSizeGreaterThan>131071</ObjectSizeGreaterThan></And></Filter>"
                                + "<Status>Enabled</Status><Transition><Days>30</Days>"
                                + "<StorageClass>STANDARD_IA</StorageClass></Transition></Rule>",
                        RULES.get(0)
                                .xml()
                                .replace("cold", "archive")
                                .replace("<Days>30</Days>", "<Days>0</Days>")
                                .replace("STANDARD_IA", "GLACIER"));
    }

    @Test
    void everythingElseInTheBucketBelongsToOthers() {
        List<RuleText> present =
                RuleText.parse("""
                <LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
                  <Rule><ID>logs</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status>
                    <Expiration><Days>7</Days></Expiration></Rule>
                  <Rule><Prefix/><Status>Disabled</Status><Something><New>1</New></Something></Rule>
                  <Rule><ID>lakeproof-p/t/within/cold</ID><Filter><Prefix>y</Prefix></Filter><Status>Enabled</Status></Rule>
                  <Rule><ID>lakeproof-p/t2/cold</ID><Filter><Prefix>x</Prefix></Filter><Status>Enabled</Status></Rule>
                """ + RULES.get(0).xml().replace("<Days>30</Days>", "<Days>31</Days>") + """
                  <Rule><ID>lakeproof-p/t/warm</ID><Filter><Prefix>x</Prefix></Filter><Status>Enabled</Status></Rule>
                </LifecycleConfiguration>
                """);

        RulesChange change = RulesChange.of(present, RuleText.of(RULES), OURS);

        assertThat(change.others())
                .extracting(RuleText::id)
                .containsExactly("logs", "", "lakeproof-p/t/within/cold", "lakeproof-p/t2/cold");
        assertThat(change.others().get(1).text()).isEqualTo("Rule(Prefix= Something(New=1) Status=Disabled)");
        assertThat(change.added()).extracting(RuleText::id).containsExactly("lakeproof-p/t/archive");
        assertThat(change.changed()).hasSize(1);
        assertThat(change.removed()).extracting(RuleText::id).containsExactly("lakeproof-p/t/warm");
        assertThat(change.after()).hasSize(6).containsAll(RuleText.of(RULES));
        assertThat(RulesChange.of(change.after(), RuleText.of(RULES), OURS).isEmpty())
                .isTrue();
        assertThat(RulesChange.of(change.after(), List.of(), OURS).after()).isEqualTo(change.others());
    }

    @Test
    void theOrderOfElementsMeansNothingButTheirContentDoes() {
        String rule = RULES.get(0).xml();
        String turned = rule.replace("<Status>Enabled</Status>", "")
                .replace("<Filter>", "<Status>Enabled</Status><Filter>")
                .replace(
                        "<Days>30</Days><StorageClass>STANDARD_IA</StorageClass>",
                        "<StorageClass>STANDARD_IA</StorageClass><Days>30</Days>");

        assertThat(RuleText.parse("<L>" + turned + "</L>")).isEqualTo(RuleText.of(RULES.subList(0, 1)));
        assertThat(RuleText.parse("<L>" + rule.replace("clean/t/", "clean/t") + "</L>"))
                .isNotEqualTo(RuleText.of(RULES.subList(0, 1)));
        assertThat(RuleText.parse("")).isEmpty();
        assertThatThrownBy(() -> RuleText.parse("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><x>&e;</x>"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("DOCTYPE");
    }
}
