package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.util.DefaultInstantiatorStrategy;
import java.util.Collection;
import java.util.Map;
import org.objenesis.strategy.StdInstantiatorStrategy;

/** Kryo with fixed ids, our own layouts in place of Kryo's for all that holds a count, and no references. */
@SuppressWarnings({"rawtypes", "unchecked"})
final class UittoKryo extends Kryo {
    private final FixedClassResolver resolver;
    private final KryoLimits limits;

    UittoKryo(RegistrationTable table, KryoLimits limits, ClassLoader classLoader) {
        this(new FixedClassResolver(table), limits, classLoader);
    }

    private UittoKryo(FixedClassResolver resolver, KryoLimits limits, ClassLoader classLoader) {
        super(resolver, null);
        this.resolver = resolver;
        this.limits = limits;
        setClassLoader(classLoader);
        setRegistrationRequired(true);
        setMaxDepth(limits.maxDepth());
        setOptimizedGenerics(false);
        setInstantiatorStrategy(new DefaultInstantiatorStrategy(new StdInstantiatorStrategy()));
        resolver.open();
    }

    @Override
    public Registration getRegistration(Class type) {
        Registration registration = resolver.getRegistration(type);
        if (registration == null) {
            throw new UnregisteredClassInGraph(type);
        }
        return registration;
    }

    /**
     * Only String counts as final. Every other field is written with its class, so that the layout of a class does not
     * change when the class of one of its fields becomes final or ceases to be.
     */
    @Override
    public boolean isFinal(Class type) {
        return type == String.class;
    }

    @Override
    public Serializer getDefaultSerializer(Class type) {
        Serializer annotated = getDefaultSerializerForAnnotatedType(type);
        if (annotated != null) {
            return annotated;
        }
        if (type.isRecord()) {
            return new RecordLayout(type);
        }
        if (type.isEnum()) {
            return new EnumLayout(type);
        }
        if (type.isArray()) {
            return new ArrayLayout(type, limits);
        }
        if (Collection.class.isAssignableFrom(type)) {
            return CollectionLayout.ofClass(type, limits);
        }
        if (Map.class.isAssignableFrom(type)) {
            return MapLayout.ofClass(type, limits);
        }
        return super.getDefaultSerializer(type);
    }
}
