package org.uitto.samples.web;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.uitto.samples.cluster.SettingsRefused;

/**
 * The block {@code uitto-web} of a node's settings, explained in {@code application.conf}.
 *
 * @param node this node's id
 * @param addresses where each node serves its pages; a node that is not among them serves none
 * @param bindHost where this node listens, if that is not the host of its address
 * @param origins where pages that others serve may ask
 * @param actions whether the page of the cluster may do something
 */
public record WebSettings(
        String node,
        Map<String, WebAddress> addresses,
        Optional<String> bindHost,
        List<WebAddress> origins,
        boolean actions) {
    public WebSettings {
        origins = List.copyOf(origins);
        addresses = Collections.unmodifiableMap(new TreeMap<>(addresses));
    }

    /** Of nodes that serve pages to nobody but their own, at the hosts of their addresses, to look at. */
    public WebSettings(String node, Map<String, WebAddress> addresses) {
        this(node, addresses, Optional.empty(), List.of(), false);
    }

    /**
     * The settings in {@code config}.
     *
     * @throws SettingsRefused if an address is of another form
     */
    public static WebSettings of(Config config, String node) {
        Map<String, WebAddress> addresses = new TreeMap<>();
        for (Map.Entry<String, ConfigValue> entry :
                config.getConfig("uitto-web.addresses").entrySet()) {
            String id = ConfigUtil.splitPath(entry.getKey()).get(0);
            addresses.put(id, address(entry.getValue()));
        }
        return new WebSettings(
                node,
                addresses,
                Optional.of(config.getString("uitto-web.bind-hostname")).filter(host -> !host.isEmpty()),
                config.getList("uitto-web.origins").stream()
                        .map(WebSettings::address)
                        .toList(),
                config.getBoolean("uitto-web.actions"));
    }

    private static WebAddress address(ConfigValue value) {
        String text = String.valueOf(value.unwrapped());
        return WebAddress.parse(text)
                .orElseThrow(
                        () -> new SettingsRefused("uitto-web (" + value.origin().description() + "): \"" + text
                                + "\" is no address. Write host:port, such as \"127.0.0.1:7361\"."));
    }

    /** Where the pages are that may ask this node. */
    public List<WebAddress> pages() {
        return Stream.concat(addresses.values().stream(), origins.stream()).toList();
    }

    /** Where this node serves its pages, if it does. */
    public Optional<WebAddress> own() {
        return Optional.ofNullable(addresses.get(node));
    }
}
