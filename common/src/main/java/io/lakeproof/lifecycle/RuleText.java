package io.lakeproof.lifecycle;

import java.io.IOException;
import java.io.StringReader;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * A lifecycle rule of a bucket, in a form in which two rules are equal if they mean the same, whatever elements they have.
 *
 * @param id empty if it has none
 * @param text every element with its content, {@code Rule(Filter(Prefix=logs/) ID=old Status=Enabled …)}; the order of elements
 *     means nothing to S3 and is that of the alphabet
 */
public record RuleText(String id, String text) {
    /** True if the rule is of the table whose ids begin so. */
    public boolean isOf(String idPrefix) {
        return TierRule.isOf(id, idPrefix);
    }

    /**
     * The rules of a configuration.
     *
     * @param xml a {@code LifecycleConfiguration}, or empty for none
     */
    public static List<RuleText> parse(String xml) {
        if (xml.isBlank()) {
            return List.of();
        }
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setNamespaceAware(true);
            Element root = factory.newDocumentBuilder()
                    .parse(new InputSource(new StringReader(xml)))
                    .getDocumentElement();
            return children(root).stream()
                    .filter(rule -> rule.getLocalName().equals("Rule"))
                    .map(RuleText::of)
                    .toList();
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new IllegalArgumentException("this is no lifecycle configuration: " + e.getMessage(), e);
        }
    }

    /** What S3 shall have of our rules. */
    public static List<RuleText> of(Collection<TierRule> rules) {
        StringBuilder xml = new StringBuilder("<LifecycleConfiguration>");
        rules.forEach(rule -> xml.append(rule.xml()));
        return parse(xml.append("</LifecycleConfiguration>").toString());
    }

    private static RuleText of(Element rule) {
        String id = children(rule).stream()
                .filter(child -> child.getLocalName().equals("ID"))
                .map(child -> child.getTextContent().strip())
                .findFirst()
                .orElse("");
        return new RuleText(id, text(rule));
    }

    private static String text(Element element) {
        List<Element> children = children(element);
        if (children.isEmpty()) {
            return element.getLocalName() + "=" + value(element);
        }
        return element.getLocalName() + "("
                + String.join(
                        " ", children.stream().map(RuleText::text).sorted().toList())
                + ")";
    }

    /** Not stripped: a prefix may have spaces of its own. A moment is one, with and without a fraction of a second. */
    private static String value(Element element) {
        String text = element.getTextContent();
        try {
            return element.getLocalName().equals("Date") ? Instant.parse(text).toString() : text;
        } catch (DateTimeException e) {
            return text;
        }
    }

    private static List<Element> children(Element element) {
        List<Element> children = new ArrayList<>();
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child) {
                children.add(child);
            }
        }
        return children;
    }
}
